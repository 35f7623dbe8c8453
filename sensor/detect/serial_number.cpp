// serial_number: what the maker numbered the device with.
//
// Rule: the key names a serial number and the value looks like one: 6 to 32 letters, digits and dashes with at
// least two digits, not a word, not a sequence counter, not an ICCID. A bare "sn" or "serial" of only digits
// needs device data beside it, because sequences, certificates and DNS zones have those as well.
// Source: Android Build.getSerial(); the makers' usual forms.
//
//   strong key, letters and digits            0.9, in free text 0.8
//   strong key, only digits, device data      0.75
//   weak key, letters and digits, device data 0.6
//
// Blind spots: serial numbers of software licences and vouchers under "serial".
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool may_be_serial(std::string_view value) {
  if (value.size() < 6 || value.size() > 32 || is_placeholder(value) || is_uuid(value) ||
      is_episode(value)) {
    return false;
  }
  const auto is_sign = [](char c) {
    return !is_alpha(c) && !is_digit(c) && c != '-' && c != '_' && c != '/' && c != '.';
  };
  if (std::any_of(value.begin(), value.end(), is_sign)) return false;
  const bool is_code = value.size() >= 8 && std::none_of(value.begin(), value.end(), [](char c) {
    return c >= 'a' && c <= 'z';
  });
  if (count_digits(value) < (is_code ? 1U : 2U)) return false;
  const bool is_card = value.size() >= 18 && value.substr(0, 2) == "89" && is_all_digits(value);
  return !is_card && !parse_decimal(value).value_or(Decimal{}).has_point;
}

bool has_letter(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) { return is_alpha(c); });
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  const Group& group = content.group_of(item);
  if (is_of_a_document(content, item)) return 0;
  if (!may_be_serial(item.value) || is_package_name(item.value)) return 0;
  if (is_about(content, group, {KeyFamily::shop_context, KeyFamily::certificate_context}) &&
      identifying_values(content, group) == 0) {
    return 0;
  }
  if (rows_beside(content, group) >= 4 && differs_among_rows(content, group, KeyFamily::serial_number)) return 0;
  const bool beside = evidence_beside(content, item) > 0;
  if (hit.strength == KeyStrength::weak) return beside && has_letter(item.value) ? 0.6 : 0;
  if (has_letter(item.value)) return item.in_text ? 0.8 : 0.9;
  const bool says_device = item.key.size() > 8;
  return beside || says_device ? 0.75 : 0;
}

class SerialNumberDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::serial_number)) {
      const Item& item = content.item(hit);
      if (item.meaning.is_strong(KeyFamily::iccid)) continue;
      tell(sink, sighting_of(DataType::serial_number, confidence_of(content, hit), item,
                             std::string(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_serial_number_detector() {
  return std::make_unique<SerialNumberDetector>();
}

}  // namespace telltale
