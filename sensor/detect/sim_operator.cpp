// sim_operator: the code of the network or of the SIM card's operator, MCC and MNC together.
//
// Rule: five or six digits (perhaps with a '-' behind the third) of an assigned country code and a network
// code of a length used there, under a key that names an operator's code or, weaker, an operator; or a
// country code and a network code as siblings.
// Sources: ITU-T E.212; Android TelephonyManager.getSimOperator().
//
//   strong key                                 0.92
//   mcc and mnc as siblings                    0.85
//   weak key (carrier, operator) with a code   0.75
//
// Blind spots: five-digit numbers that mean something else under "operator".
#include "sensor/detect/context.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

class SimOperatorDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::sim_operator)) {
      tell_code(content, hit, hit.strength == KeyStrength::strong ? 0.92 : 0.75, sink);
    }
    for (const KeyHit& hit : content.hits(KeyFamily::carrier_name)) {
      if (!content.item(hit).meaning.has(KeyFamily::sim_operator)) tell_code(content, hit, 0.75, sink);
    }
    for (const KeyHit& hit : content.hits(KeyFamily::mnc)) {
      const bool in_cell = content.group_of(content.item(hit)).families.has(KeyFamily::lac);
      if (hit.strength == KeyStrength::strong || in_cell) tell_pair(content, hit, sink);
    }
  }

 private:
  static void tell_code(const Content& content, const KeyHit& hit, double confidence,
                        SightingSink& sink) {
    const Item& item = content.item(hit);
    const OperatorCode code = parse_operator_code(item.value);
    if (code.ok) tell(sink, sighting_of(DataType::sim_operator, confidence, item, code.digits));
  }

  static void tell_pair(const Content& content, const KeyHit& hit, SightingSink& sink) {
    const Item& mnc = content.item(hit);
    if (!is_all_digits(mnc.value) || mnc.value.size() > 3) return;
    const Item* mcc = content.find(content.group_of(mnc), KeyFamily::mcc);
    if (mcc == nullptr || !is_mcc(mcc->value)) return;
    // Numbers lose their leading zeros: 2 in Germany is 02.
    const size_t wanted = mnc_lengths(mcc->value).two ? 2 : 3;
    std::string code(mcc->value);
    if (mnc.value.size() < wanted) code.append(wanted - mnc.value.size(), '0');
    code += mnc.value;
    Sighting sighting = sighting_of(DataType::sim_operator, 0.85, mnc, std::move(code));
    sighting.evidence.push_back(mcc->field);
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_sim_operator_detector() {
  return std::make_unique<SimOperatorDetector>();
}

}  // namespace telltale
