// carrier_name: the name of the mobile network or of the SIM card's provider.
//
// Rule: the key names an operator's name and the value is a name: letters, no code, not the kind of network
// (LTE, WIFI). A bare "operator" or "provider" needs a known operator or SIM data beside it. Couriers are
// carriers too, and logical operators have names: both are none.
// Source: Android TelephonyManager.getNetworkOperatorName(), getSimOperatorName().
//
//   strong key, known operator or device data beside   0.93
//   strong key of its own (simOperatorName)            0.85
//   "carrier" alone, unknown name                      0.6
//   weak key, known operator and device data           0.8
//   weak key beside SIM data                           0.7
//
// Blind spots: small operators under a weak key.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/name_lists.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool may_be_operator(std::string_view value) {
  if (value.empty() || value.size() > 48) return false;
  const bool is_brand = names::network_operators.has(value);  // also "EE" and "3"
  if (!is_brand && (value.size() < 2 || is_placeholder(value))) return false;
  size_t letters = 0;
  for (const char c : value) {
    const bool is_letter = is_alpha(c) || static_cast<uint8_t>(c) >= 0x80;
    letters += is_letter ? 1 : 0;
    const bool is_sign = c == ' ' || c == '-' || c == '.' || c == '&' || c == '+' || c == '_' ||
                         c == '(' || c == ')' || c == '|' || c == ',' || c == '/' || c == '\'';
    if (!is_letter && !is_digit(c) && !is_sign) return false;
  }
  if (letters == 0 && !is_network_operator(value)) return false;
  return !names::no_operators.has(value);
}

// Another value that a SIM card or a network gives, and is one.
bool has_sim_data(const Content& content, const Group& group, const Item& besides) {
  bool found = false;
  for_each_item(content, group, [&](const Item& item) {
    if (&item == &besides || found) return;
    const KeyMeaning& meaning = item.meaning;
    found = (meaning.has(KeyFamily::mcc) && is_mcc(item.value)) ||
            (meaning.has(KeyFamily::sim_operator) && parse_operator_code(item.value).ok) ||
            (meaning.has(KeyFamily::imsi) && is_imsi(item.value)) ||
            (meaning.has(KeyFamily::iccid) && item.value.size() >= 18 && is_all_digits(item.value));
  });
  return found;
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  const Group& group = content.group_of(item);
  if (!may_be_operator(item.value) || is_courier(item.value)) return 0;
  if (group.families.has_any({KeyFamily::shop_context, KeyFamily::learning_context})) return 0;
  const bool known = is_network_operator(item.value);
  if (is_of_a_document(content, item) || content.above(group).has(KeyFamily::schema_context)) return 0;
  if (item.in_text && !known && !has_sim_data(content, group, item)) return 0;  // "carrier: the ..." in prose
  if (is_labels(content, group) || (!known && names_itself(content, item, KeyFamily::carrier_name))) return 0;
  if (item.value.size() < 2 && !has_sim_data(content, group, item) && identifying_values(content, group) == 0) {
    return 0;  // "3" may be anything
  }
  const bool beside = evidence_beside(content, item) > 0;
  if (hit.strength == KeyStrength::weak) {
    if (known && (beside || identifying_values(content, group) > 0)) return 0.8;
    return has_sim_data(content, group, item) ? 0.7 : 0;
  }
  if (known || beside) return 0.93;
  if (item.value.size() < 3) return 0;
  return item.key.size() > 8 && !iequals(item.key, "networkname") && !iequals(item.key, "network_name")
             ? 0.85
             : 0.6;
}

class CarrierNameDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::carrier_name)) {
      const Item& item = content.item(hit);
      tell(sink, sighting_of(DataType::carrier_name, confidence_of(content, hit), item,
                             std::string(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_carrier_name_detector() {
  return std::make_unique<CarrierNameDetector>();
}

}  // namespace telltale
