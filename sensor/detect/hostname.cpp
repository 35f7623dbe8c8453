// hostname: what the device is called on its network.
//
// Rule: the key names a host or computer and the value is a single label or a name of a home or company
// network; the names of servers (shop.example.com, the request's own Host) are none. Under weak keys
// (device_name, host) it must look like a name that people or systems give: DESKTOP-7Q2K9LM, lenas-galaxy,
// "Lena's iPhone".
// Sources: RFC 1123 section 2.1; RFC 6762 (.local); RFC 8375 (.home.arpa); NetBIOS names (RFC 1001).
//
//   strong key, one label                 0.88, 0.92 beside device data
//   strong key, name of a private network 0.85
//   weak key, given name                  0.75
//   weak key beside device data           0.6
//   any key, a name that Windows makes up 0.75
//
// Blind spots: computers with a public name; single labels that name a server.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/ip_address.h"
#include "sensor/detect/context.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/name_lists.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr std::string_view kPrivateEndings[] = {".local", ".lan",  ".home",  ".internal", ".corp",
                                                ".intra", ".intranet", ".localdomain", ".home.arpa",
                                                ".fritz.box", ".ad", ".domain", ".workgroup", ".private"};
bool is_label(std::string_view value) {
  if (value.size() < 2 || value.size() > 63) return false;
  const bool signs_ok = std::all_of(value.begin(), value.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || static_cast<uint8_t>(c) >= 0x80;
  });
  return signs_ok && value.front() != '-' && value.back() != '-' && !is_all_digits(value) &&
         !(is_hash_shape(value) || is_uuid(value));
}

bool is_private_name(std::string_view value) {
  const std::string lower = ascii_lower(value);
  return std::any_of(std::begin(kPrivateEndings), std::end(kPrivateEndings),
                     [&](std::string_view ending) {
                       return lower.size() > ending.size() && lower.ends_with(ending) &&
                              lower.find(' ') == std::string::npos;
                     });
}

bool is_nobody(std::string_view value) {
  return is_placeholder(value) || names::nobodys_hosts.has(value);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What people and set-up programs call a device: DESKTOP-7Q2K9LM, "Lena's iPhone", "iPad de Ana".
bool is_given_name(std::string_view value) {
  if (value.size() < 4 || value.size() > 48) return false;
  if (value.find('-') != std::string_view::npos) {
    for (const std::string_view start : {"desktop-", "laptop-", "win-", "pc-", "android-", "iphone-",
                                         "macbook-pro-", "galaxy-", "ws-", "nb-"}) {
      if (istarts_with(value, start)) return true;
    }
    const std::string lower = ascii_lower(value);
    for (const std::string_view part : {"s-iphone", "s-ipad", "s-macbook", "s-mbp", "s-galaxy", "s-pixel",
                                        "s-pc", "s-laptop", "-iphone"}) {
      if (contains(lower, part)) return true;
    }
  }
  const bool has_genitive = contains(value, "'s ") || contains(value, "\xe2\x80\x99s ") || contains(value, "\xe7\x9a\x84");
  const bool has_of = contains(value, " von ") || contains(value, " de ");
  if (!has_genitive && !has_of) return false;
  const std::string lower = ascii_lower(value);
  for (const std::string_view thing : {"iphone", "ipad", "macbook", "imac", "galaxy", "pixel", "phone", "pc",
                                       "laptop", "tablet", "watch", "redmi", "xiaomi", "huawei", "oneplus", "android"}) {
    if (contains(lower, thing)) return true;
  }
  return false;
}

// The names that Windows makes up at installation: DESKTOP-7Q2K9LM, LAPTOP-M9Q2RT4D, WIN-3KJ5T0QPLVA.
bool is_made_up_by_windows(std::string_view value) {
  const auto has_form = [&](std::string_view start, size_t rest) {
    if (value.size() != start.size() + rest || !istarts_with(value, start)) return false;
    value.remove_prefix(start.size());
    return std::all_of(value.begin(), value.end(), [](char c) { return is_digit(c) || is_alpha(c); }) &&
           count_digits(value) >= 1;
  };
  if (value.size() < 14 || value.size() > 15) return false;
  const std::string_view whole = value;
  if (has_form("desktop-", 7)) return true;
  value = whole;
  if (has_form("laptop-", 8)) return true;
  value = whole;
  return has_form("win-", 11);
}

bool is_request_header(const Content& content, const Item& item) {
  const FieldId parent = content[item.field].parent;
  return parent != kNoField && content[parent].key.ends_with(".header") && iequals(item.key, "host");
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  const std::string_view value = item.value;
  const bool is_weak = hit.strength == KeyStrength::weak;
  const bool calls_a_host = !item.meaning.has(KeyFamily::device_model) &&
                            !item.meaning.has(KeyFamily::person_name);
  const bool is_given = is_weak && is_given_name(value);
  if (is_weak && !calls_a_host && !is_given) return 0;
  if (is_weak && !is_given && rows_beside(content, content.group_of(item)) >= 2) return 0;
  if (is_nobody(value) || iequals(value, content.message().host)) return 0;
  if (IpAddress::parse(value) || is_request_header(content, item)) return 0;
  const Group& group = content.group_of(item);
  // "hostname: the name of ..." in prose
  const bool has_sign = std::any_of(value.begin(), value.end(), [](char c) {
    return is_digit(c) || c == '-' || c == '_' || c == '.';
  });
  if (is_of_a_document(content, item)) return 0;
  if (item.in_text && !has_sign && evidence_beside(content, item) == 0) return 0;
  if (content.above(group).has(KeyFamily::schema_context)) return 0;  // "required": ["HostName", ...]
  if (is_labels(content, group) || names_itself(content, item, KeyFamily::hostname)) return 0;
  const int evidence = evidence_beside(content, item);
  if (is_weak) {
    if (is_given) return 0.75;
    return calls_a_host && evidence >= 2 && is_label(value) && !looks_like_device_model(value) ? 0.6 : 0;
  }
  if (content.above(group).has(KeyFamily::neighbour_context) && rows_beside(content, group) >= 3) return 0;
  if (is_private_name(value)) return 0.85;
  if (is_label(value)) return evidence > 0 ? 0.92 : 0.88;
  return is_given_name(value) ? 0.8 : 0;
}

class HostnameDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::hostname)) {
      const Item& item = content.item(hit);
      tell(sink, sighting_of(DataType::hostname, confidence_of(content, hit), item,
                             ascii_lower(item.value)));
    }
    for (const Item& item : content.items()) {
      if (item.meaning.has(KeyFamily::hostname) || !is_made_up_by_windows(item.value)) continue;
      if (rows_beside(content, content.group_of(item)) >= 3) continue;
      tell(sink, sighting_of(DataType::hostname, 0.75, item, ascii_lower(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_hostname_detector() {
  return std::make_unique<HostnameDetector>();
}

}  // namespace telltale
