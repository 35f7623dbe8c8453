// iccid: the number printed on a SIM card.
//
// Rule: 18 to 20 digits that begin with 89 and end in a valid Luhn digit; under a strong key also without it
// (some networks leave the check digit out, Chinese cards have hex letters in their serial part). Without a
// telling key only beside device data.
// Source: ITU-T E.118.
//
//   strong key, Luhn              0.97
//   strong key, begins with 89    0.85
//   weak key, Luhn                0.85
//   general or no key, Luhn, beside device data   0.7
//
// Blind spots: loyalty cards that begin with 89, under a weak key.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/luhn.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool may_be_iccid(std::string_view value) {
  if (value.size() < 18 || value.size() > 20 || value.substr(0, 2) != "89") return false;
  return is_all_hex(value) && count_digits(value) + 4 >= value.size() && !is_placeholder(value.substr(2));
}

// A trailing F fills the last half byte of a card's own coding (3GPP TS 31.102).
bool has_check_digit(std::string_view value) {
  if (!value.empty() && (value.back() | 0x20) == 'f') value.remove_suffix(1);
  return value.size() >= 18 && is_luhn_valid(value);
}

class IccidDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::iccid)) {
      const Item& item = content.item(hit);
      if (!may_be_iccid(item.value)) continue;
      const bool valid = has_check_digit(item.value);
      const bool strong = hit.strength == KeyStrength::strong;
      const double confidence = strong ? (valid ? 0.97 : 0.85) : (valid ? 0.85 : 0);
      tell(sink, sighting_of(DataType::iccid, confidence, item, ascii_lower(item.value)));
    }
    for (const uint32_t index : content.long_numbers()) {
      const Item& item = content.items()[index];
      if (item.value.size() < 19 || item.value[0] != '8') continue;
      if (item.meaning.has(KeyFamily::iccid)) continue;
      if (!may_be_iccid(item.value) || !has_check_digit(item.value)) continue;
      if (item.meaning.has(KeyFamily::number_not_id)) continue;
      if (evidence_beside(content, item) == 0) continue;
      tell(sink, sighting_of(DataType::iccid, 0.7, item, std::string(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_iccid_detector() { return std::make_unique<IccidDetector>(); }

}  // namespace telltale
