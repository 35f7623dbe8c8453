// mcc: the mobile country code of the network or the SIM card, told on its own.
//
// Rule: three digits that are assigned to a country, under a key that names them; under a weak key only
// beside a network code. A code of five or six digits is a sim_operator.
// Source: ITU-T E.212, list of assigned codes.
//
//   strong key beside network data   0.95
//   strong key alone                 0.85
//   weak key beside an mnc           0.6
//
// Blind spots: merchant category codes are called mcc too, but have four digits.
#include "sensor/detect/context.h"
#include "sensor/detect/network_codes.h"

namespace telltale {
namespace {

class MccDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::mcc)) {
      const Item& item = content.item(hit);
      if (!is_mcc(item.value)) continue;
      const Group& group = content.group_of(item);
      double confidence = group.families.has(KeyFamily::mnc) ? 0.6 : 0;
      if (hit.strength == KeyStrength::strong) {
        confidence = evidence_beside(content, item) > 0 ? 0.95 : 0.85;
      }
      tell(sink, sighting_of(DataType::mcc, confidence, item, std::string(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_mcc_detector() { return std::make_unique<MccDetector>(); }

}  // namespace telltale
