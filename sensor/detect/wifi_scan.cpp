// wifi_scan: the access points around the device, which place it within some ten metres.
//
// Rule: at least two different BSSIDs in one list: rows with a BSSID, or with a MAC beside an SSID or a
// signal strength, or MACs under a key that says Wi-Fi; or several of them in one value
// ("a4:..,-61,home|b0:..,-70,guest"). The one access point the device is connected to is no scan.
// Source: IEEE 802.11-2020 section 9.2.4.3.4 (BSSID); the geolocation APIs of Google and Mozilla.
//
//   rows with a BSSID                      0.95
//   rows with a MAC and an SSID or signal  0.88
//   MACs under a telling key               0.8
//   lines with a MAC and a signal under a heading that says Wi-Fi   0.85
//   several in one value, telling key, or in what a program prints of a scan   0.85
//
// Blind spots: lists of hashed BSSIDs; a router's list of its own access points.
#include <algorithm>
#include <optional>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/detect/context.h"
#include "sensor/detect/rows.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kAccessPoints = 2;

class WifiScanDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    std::vector<Row> rows;
    if (content.has(KeyFamily::bssid)) gather(content, KeyFamily::bssid, rows);
    if (content.has_any({KeyFamily::wifi_container, KeyFamily::ssid, KeyFamily::signal})) {
      gather(content, KeyFamily::mac_address, rows);
      gather(content, KeyFamily::wifi_container, rows);
    }
    for (const RowList& list : distinct_rows(std::move(rows))) {
      if (list.rows.size() >= kAccessPoints) tell_list(content, list, sink);
    }
    for (const KeyHit& hit : content.hits(KeyFamily::wifi_container)) {
      detect_in_value(content, content.item(hit).field, sink);
    }
    for (const FieldId id : content.texts()) {
      const std::string_view text = content[id].value;
      const bool is_long = text.size() > 1024 && content.above(id).has(KeyFamily::wifi_container);
      if (is_long || prints_scan(text)) {
        detect_in_value(content, id, sink);
      } else if ((content.signs(id) & sign::kDigit) != 0 && has_mac(text)) {
        detect_table(content, id, sink);
      }
    }
  }

 private:
  // Does a text begin as the programs print that scan (iwlist, iw, netsh, nmcli, an ESP's AT+CWLAP)?
  static bool prints_scan(std::string_view text) {
    constexpr size_t kHead = 1024;
    if (text.size() < 64) return false;
    const std::string_view head = text.substr(0, kHead);
    if (head.find(':') == std::string_view::npos || head.find('\n') == std::string_view::npos) return false;
    size_t words = 0;
    for (const std::string_view word : {"SSID", "ssid", "dBm", "WPA", "CWLAP", "BSS ", "ignal"}) {
      words += head.find(word) != std::string_view::npos ? 1 : 0;
    }
    const bool lists_stations = head.find("STA ") != std::string_view::npos ||
                                head.find("tation ") != std::string_view::npos;
    return !lists_stations && (words >= 2 || head.find("+CWLAP:") != std::string_view::npos);
  }

  // Is there anything written as a MAC in the beginning of a text?
  static bool has_mac(std::string_view text) {
    constexpr size_t kHead = 64 * 1024;
    text = text.substr(0, kHead);
    if (text.size() < 64 || text.find('\n') == std::string_view::npos) return false;
    for (const char separator : {':', '-'}) {
      constexpr size_t kRest = 15;  // of a MAC, from its first separator on
      for (size_t at = text.find(separator, 2); at != std::string_view::npos; at = text.find(separator, at + 1)) {
        if (at + kRest > text.size()) break;
        if (text[at + 3] == separator && text[at + 6] == separator && parse_device_mac(text.substr(at - 2, 17))) {
          return true;
        }
      }
    }
    return false;
  }

  // Does a line that stands above others say that they are about Wi-Fi ("=== Nearby WiFi ===", "SSID BSSID Signal")?
  // Those who use an access point are no scan.
  enum class Heading { none, wifi, other };
  static Heading heading_of(const Content& content, std::string_view line) {
    constexpr size_t kLongest = 64;
    if (line.size() < 2 || line.size() > kLongest || count_digits(line) > 4) return Heading::none;
    const std::string lower = ascii_lower(line);
    const auto says = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    if (says("client") || says("station") || says("bluetooth") || says("arp")) return Heading::other;
    if (says("ssid") && says("ignal")) return Heading::wifi;
    constexpr std::string_view kSigns = "=-#*[]:<>~+ \t";
    const size_t begin = line.find_first_not_of(kSigns);
    if (begin == std::string_view::npos) return Heading::none;  // a rule
    const size_t end = line.find_last_not_of(kSigns) + 1;
    if (content.meaning_of(line.substr(begin, end - begin)).has(KeyFamily::wifi_container)) return Heading::wifi;
    const bool is_marked = begin > 0 || line.back() == ':' || line.back() == ']' || line.back() == '=';
    return is_marked ? Heading::other : Heading::none;
  }

  // -67, -67dBm, 82%: a strength of a signal in what is left of a line.
  static bool has_strength(std::string_view text) {
    for (size_t at = 0; at < text.size(); ++at) {
      if (!is_digit(text[at])) continue;
      size_t end = at;
      while (end < text.size() && is_digit(text[end])) ++end;
      const size_t digits = end - at;
      const bool negative = at > 0 && text[at - 1] == '-' && (at == 1 || text[at - 2] == ' ' || text[at - 2] == '\t' ||
                                                              text[at - 2] == ',' || text[at - 2] == '(');
      const bool percent = end < text.size() && text[end] == '%';
      if ((negative && digits == 2) || (percent && digits <= 3)) return true;
      at = end;
    }
    return false;
  }

  // Lines of a name, a MAC and a signal, under a heading.
  static void detect_table(const Content& content, FieldId id, SightingSink& sink) {
    constexpr size_t kMac = 17;
    constexpr size_t kLongestLine = 256;
    const std::string_view text = content[id].value.substr(0, 256 * 1024);
    std::vector<MacAddress> macs;
    bool in_wifi = false;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = trim(text.substr(at, end - at));
      at = end + 1;
      if (line.size() > kLongestLine) continue;
      size_t found = std::string_view::npos;
      std::optional<MacAddress> mac;
      for (size_t i = 0; i + kMac <= line.size() && !mac; ++i) {
        const bool may_be = hex_value(line[i]) >= 0 && (line[i + 2] == ':' || line[i + 2] == '-');
        if (may_be) mac = parse_device_mac(line.substr(i, kMac));
        if (mac) found = i;
      }
      if (!mac) {
        const Heading heading = heading_of(content, line);
        if (heading != Heading::none) in_wifi = heading == Heading::wifi;
        continue;
      }
      const bool strength = has_strength(line.substr(0, found)) || has_strength(line.substr(found + kMac));
      if (in_wifi && strength) macs.push_back(*mac);
    }
    tell_macs(std::move(macs), id, sink);
  }

  static void gather(const Content& content, KeyFamily family, std::vector<Row>& rows) {
    for (const KeyHit& hit : content.hits(family)) {
      const Item& item = content.item(hit);
      const auto mac = parse_device_mac(item.value);
      if (!mac) continue;
      const Group& group = content.group_of(item);
      const bool in_wifi = content.above(group).has(KeyFamily::wifi_container);
      const bool radio = group.families.has_any({KeyFamily::ssid, KeyFamily::signal});
      if (family == KeyFamily::mac_address && !in_wifi &&
          (!radio || content.above(group).has(KeyFamily::neighbour_context))) {
        continue;  // found by Bluetooth, or by asking the local network
      }
      const auto index = static_cast<uint32_t>(&item - content.items().data());
      const bool is_element = item.key.empty();
      const FieldId list = is_element ? group.container : item.in_text ? group.container : group.list;
      // A member's row is its group: the device's own MAC beside the BSSID makes no second one.
      const uint32_t row = is_element || item.in_text ? 0x80000000U | index : item.group;
      rows.push_back({list, row, hash64(mac->to_string()), index, kNoIndex});
    }
  }

  static void tell_list(const Content& content, const RowList& list, SightingSink& sink) {
    const Item& first = content.items()[list.rows.front().item];
    const Item& second = content.items()[list.rows[1].item];
    const Group& group = content.group_of(first);
    double confidence = 0.8;
    if (first.meaning.has(KeyFamily::bssid)) {
      confidence = 0.95;
    } else if (group.families.has_any({KeyFamily::ssid, KeyFamily::signal})) {
      confidence = 0.88;
    }
    const auto mac = parse_device_mac(first.value);
    Sighting sighting = sighting_of(DataType::wifi_scan, confidence, first, mac ? mac->to_string() : "");
    sighting.evidence = {first.field, second.field};
    sighting.field = list.list;
    sighting.count = static_cast<uint32_t>(list.rows.size());
    tell(sink, std::move(sighting));
  }

  // MACs written with ':' or '-' anywhere in a value.
  static void detect_in_value(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view value = content[id].value;
    std::vector<MacAddress> macs;
    for (size_t at = 0; at + 17 <= value.size();) {
      const char separator = value[at + 2];
      const bool may_be = hex_value(value[at]) >= 0 && (separator == ':' || separator == '-');
      const auto mac = may_be ? parse_device_mac(value.substr(at, 17)) : std::nullopt;
      if (mac) macs.push_back(*mac);
      at += mac ? 17 : 1;
    }
    tell_macs(std::move(macs), id, sink);
  }

  static void tell_macs(std::vector<MacAddress>&& macs, FieldId id, SightingSink& sink) {
    if (macs.size() < kAccessPoints) return;
    const MacAddress first = macs.front();
    std::sort(macs.begin(), macs.end());
    const auto different = std::unique(macs.begin(), macs.end()) - macs.begin();
    if (different < static_cast<long>(kAccessPoints)) return;
    Sighting sighting;
    sighting.type = DataType::wifi_scan;
    sighting.confidence = 0.85;
    sighting.field = id;
    sighting.value = first.to_string();
    sighting.count = static_cast<uint32_t>(different);
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_wifi_scan_detector() {
  return std::make_unique<WifiScanDetector>();
}

}  // namespace telltale
