// imsi: the number of a SIM card's subscription.
//
// Rule: 14 or 15 digits that begin with an assigned country code, under a key that names it; under a weak key,
// or under none, only beside other SIM or device data. An IMEI never is one: under weak keys a number that
// passes as an IMEI is left to that detector.
// Source: 3GPP TS 23.003 section 2.2, ITU-T E.212.
//
//   strong key                       0.97
//   strong key, a hash               0.6
//   weak key beside device data      0.75
//   any other key, or none, beside an IMEI   0.65
//
// Blind spots: encrypted forms (SUCI); numbers without any key.
#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/imei.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool has_imei_beside(const Content& content, const Group& group) {
  bool found = false;
  for_each_item(content, group, [&](const Item& item) {
    found = found || (is_imei(item.value) && has_usual_reporting_body(item.value));
  });
  return found;
}

class ImsiDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::imsi)) {
      const Item& item = content.item(hit);
      tell(sink, sighting_of(DataType::imsi, confidence_of(content, hit), item, ascii_lower(item.value)));
    }
    for (const uint32_t index : content.long_numbers()) {
      const Item& item = content.items()[index];
      if (item.value.size() != 15 || item.meaning.has(KeyFamily::imsi)) continue;
      if (item.meaning.has(KeyFamily::number_not_id) || item.meaning.has(KeyFamily::phone)) continue;
      if (!is_imsi(item.value) || is_imei(item.value)) continue;
      if (!has_imei_beside(content, content.group_of(item))) continue;
      tell(sink, sighting_of(DataType::imsi, 0.65, item, std::string(item.value)));
    }
  }

 private:
  static double confidence_of(const Content& content, const KeyHit& hit) {
    const Item& item = content.item(hit);
    if (is_placeholder(item.value)) return 0;
    if (hit.strength == KeyStrength::strong) {
      if (is_imsi(item.value)) return 0.97;
      return is_hash_shape(item.value) ? 0.6 : 0;
    }
    if (!is_imsi(item.value) || is_imei(item.value)) return 0;
    if (evidence_beside(content, item) > 0) return 0.75;
    return has_imei_beside(content, content.group_of(item)) ? 0.65 : 0;
  }
};

}  // namespace

std::unique_ptr<const Detector> make_imsi_detector() { return std::make_unique<ImsiDetector>(); }

}  // namespace telltale
