// phone_number: the number of the device's owner.
//
// Rule: a telephone number under a key that names one, standing alone: not in a list of people, calls or
// messages, not in the imprint of a company or the address of a delivery. A key of one's own (msisdn, line1,
// userPhone) or an account, SIM or device around it makes it the owner's; a bare "phone" beside somebody's
// name is somebody's, and nothing is told. Under weak keys (username, account) the number must
// be written internationally or as a mobile number of China or India.
// A number written internationally must be one that its country's plan has room for (libphonenumber).
// Sources: ITU-T E.164, E.123; Android TelephonyManager.getLine1Number().
//
//   key of one's own, or SIM data beside      0.93
//   "phone" in an account, beside device data 0.88
//   "phone" alone                             0.7
//   weak key, mobile number, account or device data   0.6
//   who registers at a telephone exchange (SIP)       0.9
//   a hash under a key that says so           0.55
//
// Blind spots: numbers people type for somebody else (a delivery, a booking).
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/phone_plan.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr uint32_t kRowsOfPeople = 3;

bool says_own(std::string_view key) {
  const std::string lower = ascii_lower(key);
  for (const std::string_view word : {"msisdn", "line1", "own", "self", "myphone", "my_phone", "usermobile", "userphone",
                                      "user_phone", "user_mobile", "simphone", "sim_phone", "simnumber", "sim_number",
                                      "mdn", "loginphone", "login_phone", "\xe6\x9c\xac\xe6\x9c\xba", "bdhm"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

// A number in no range that is given out may be made up, or newer than the plans this build knows.
double weight_of(PhonePlan plan) {
  switch (plan) {
    case PhonePlan::impossible:
      return 0;
    case PhonePlan::possible:
      return 0.8;
    case PhonePlan::valid:
    case PhonePlan::unknown:
      break;
  }
  return 1;
}

bool is_mobile_number(const PhoneShape& phone) {
  const std::string_view digits = phone.view();
  if (phone.international) return digits.size() >= 9;
  if (digits.size() == 11 && digits[0] == '1') return digits[1] >= '3';  // China
  if (digits.size() == 10) return digits[0] >= '6';                      // India
  return digits[0] == '0' && digits.size() >= 10 && digits.size() <= 12;
}

// Numbers without '+' that are as long as a number of a subscriber, and no point in time.
bool may_be_subscriber(const PhoneShape& phone) {
  const std::string_view digits = phone.view();
  if (phone.international) return digits.size() >= 8;
  const bool is_time = !phone.formatted && (digits.size() == 10 || digits.size() == 13) && digits[0] == '1' &&
                       digits[1] >= '5' && digits[1] <= '8';
  return !is_time && digits.size() >= 8;
}

bool is_somebody_elses(const Content& content, const Group& group) {
  static const KeyFamilies kOthers = {KeyFamily::business_context, KeyFamily::place_context,
                                      KeyFamily::contact_container, KeyFamily::call_container,
                                      KeyFamily::message_container, KeyFamily::schema_context,
                                      KeyFamily::recipients_context};
  if (content.above(group).has_any(kOthers)) return true;
  if (group.families.has_any({KeyFamily::duration, KeyFamily::business_context, KeyFamily::message_body})) {
    return true;
  }
  const bool has_name = group.strong.has(KeyFamily::person_name);
  if (has_name && group.families.has(KeyFamily::latitude)) return true;  // a place
  return rows_beside(content, group) >= (has_name ? 2 : kRowsOfPeople);
}

class PhoneNumberDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    constexpr size_t kMostLookedUp = 32;
    size_t looked_up = 0;
    for (const KeyHit& hit : content.hits(KeyFamily::phone)) {
      const Item& item = content.item(hit);
      const auto phone = parse_phone(item.value);
      double confidence = confidence_of(content, hit, phone);
      // More numbers than a message of one owner has are believed unseen: looking them up costs.
      if (confidence >= kLeastConfidence && phone && phone->international && looked_up < kMostLookedUp) {
        ++looked_up;
        confidence *= weight_of(plan_of_international(phone->view()));
      }
      if (confidence < kLeastConfidence) continue;
      std::string value = phone ? std::string(phone->view()) : ascii_lower(item.value);
      if (phone && item.value.front() == '+') value.insert(0, 1, '+');
      tell(sink, sighting_of(DataType::phone_number, confidence, item, std::move(value)));
    }
    for (const FieldId id : content.texts()) detect_registration(content, id, sink);
  }

 private:
  // REGISTER of SIP (RFC 3261 section 10): "From: <sip:+4930...@...>" is who registers.
  static void detect_registration(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view text = content[id].value.substr(0, 2048);
    if (!text.starts_with("REGISTER sip:")) return;
    const size_t from = std::min(text.find("\nFrom:"), text.find("\nf:"));
    if (from == std::string_view::npos) return;
    std::string_view line = text.substr(from + 1);
    line = line.substr(0, line.find('\n'));
    const size_t uri = line.find("sip:");
    if (uri == std::string_view::npos) return;
    line.remove_prefix(uri + 4);
    const auto phone = parse_phone(line.substr(0, line.find_first_of("@;>")));
    if (!phone || !may_be_subscriber(*phone)) return;
    Sighting sighting;
    sighting.type = DataType::phone_number;
    sighting.confidence = 0.9;
    sighting.field = id;
    sighting.value = (line.starts_with('+') ? "+" : "") + std::string(phone->view());
    tell(sink, std::move(sighting));
  }

  static double confidence_of(const Content& content, const KeyHit& hit,
                              const std::optional<PhoneShape>& phone) {
    const Item& item = content.item(hit);
    const Group& group = content.group_of(item);
    if (item.key.empty() || is_somebody_elses(content, group) || is_of_a_document(content, item)) return 0;
    const bool strong = hit.strength == KeyStrength::strong;
    if (!phone) {
      const std::string key = ascii_lower(item.key);
      const bool says_hash = key.find("md5") != std::string::npos ||
                             key.find("sha") != std::string::npos || key.find("hash") != std::string::npos;
      return strong && says_hash && is_hash_shape(item.value) ? 0.55 : 0;
    }
    if (item.in_text && istarts_with(content[item.field].value, "tel:")) return 0;  // a card's, a link's
    if (!may_be_subscriber(*phone) || item.meaning.has(KeyFamily::number_not_id)) return 0;
    const bool sim = group.families.has_any({KeyFamily::imsi, KeyFamily::iccid, KeyFamily::imei,
                                             KeyFamily::sim_operator, KeyFamily::carrier_name});
    const bool account = is_about(content, group, {KeyFamily::owner_context});
    const bool device = evidence_beside(content, item) > 0;
    if (!strong) {
      return (account || sim || device) && is_mobile_number(*phone) && !item.in_text ? 0.6 : 0;
    }
    if (says_own(item.key) || sim) return 0.93;
    if (group.families.has(KeyFamily::shop_context)) return 0.5;
    if (account || device) return 0.88;
    if (group.families.has(KeyFamily::person_name)) {  // somebody's, unless a form asks for all of it
      return group.families.has(KeyFamily::email) && content.outer(group) == nullptr ? 0.7 : 0;
    }
    constexpr size_t kShortText = 1024;  // longer ones are documents
    if (item.in_text) return content[item.field].value.size() > kShortText ? 0 : 0.55;
    return 0.7;
  }
};

}  // namespace

std::unique_ptr<const Detector> make_phone_number_detector() {
  return std::make_unique<PhoneNumberDetector>();
}

}  // namespace telltale
