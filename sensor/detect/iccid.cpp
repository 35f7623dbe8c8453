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
//   any other key, or none, Luhn, beside an IMEI, an IMSI, a MAC or the like   0.7
//
// Blind spots: loyalty cards that begin with 89, under a weak key.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/imei.h"
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

constexpr size_t kLongestRecord = 1024;

class IccidDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const FieldId id : content.texts()) detect_in_record(content, id, sink);
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
      if (identifying_values(content, content.group_of(item)) == 0) continue;
      if (rows_beside(content, content.group_of(item)) >= 3) continue;
      tell(sink, sighting_of(DataType::iccid, 0.7, item, std::string(item.value)));
    }
  }

 private:
  // "REG;3569...;8949...;FW2": in a short text that has an IMEI.
  static void detect_in_record(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view text = content[id].value;
    if (text.size() < 36 || text.size() > kLongestRecord) return;
    for (size_t at = text.find("89"); at != std::string_view::npos; at = text.find("89", at + 2)) {
      size_t end = at;
      while (end < text.size() && is_digit(text[end])) ++end;
      const bool alone = at == 0 || !is_digit(text[at - 1]);
      const std::string_view number = text.substr(at, end - at);
      if (!alone || number.size() < 19 || !may_be_iccid(number) || !has_check_digit(number)) continue;
      if (!has_imei_in(text)) return;
      Sighting sighting;
      sighting.type = DataType::iccid;
      sighting.confidence = 0.7;
      sighting.field = id;
      sighting.value = std::string(number);
      tell(sink, std::move(sighting));
      return;
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_iccid_detector() { return std::make_unique<IccidDetector>(); }

}  // namespace telltale
