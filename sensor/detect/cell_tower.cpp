// cell_tower: the radio cell the device is in, which places it within some hundred metres.
//
// Rule: country code, network code, area code (LAC, TAC) and cell identity together, the area and the cell as
// siblings, the codes beside them or in a group around; or all four in one value under a telling key
// ("460-00-4711-26221313", "cl=460|0|4711|26221313|-71"). Values that stand for "unknown" (0, 65535,
// 2147483647) are none.
// Sources: 3GPP TS 23.003 section 4 (LAC, CI), TS 36.413 (28-bit ECI), TS 38.413 (36-bit NCI).
//
//   all four under their names           0.95
//   in one value                         0.85
//   area and cell beside sim_operator    0.85
//
// Blind spots: CDMA cells (SID, NID, BID) without an MCC.
#include <algorithm>
#include <array>
#include <charconv>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr uint64_t kMostArea = 0xfffffe;        // 24 bits for a 5G TAC
constexpr uint64_t kMostCell = (1ULL << 36) - 2;
constexpr int kLevelsToCodes = 4;

// The number in decimal or, behind 0x, in hexadecimal; 0 when it is none or means "unknown".
uint64_t known_number(std::string_view text, uint64_t most) {
  int base = 10;
  if (istarts_with(text, "0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return 0;
  if (value == 65535 || value == 2147483647 || value == 268435455) return 0;
  return value;
}

struct Codes {
  std::string text;  // "262-02"
  const Item* mcc = nullptr;
  double confidence = 0;
};

// The network code: OpenCellID's "net" is one only beside the others.
const Item* network_in(const Content& content, const Group& group) {
  const Item* best = nullptr;
  for_each_item(content, group, [&](const Item& item) {
    if (!item.meaning.has(KeyFamily::mnc) || !is_all_digits(item.value) || item.value.size() > 3) return;
    if (best == nullptr || item.meaning.is_strong(KeyFamily::mnc)) best = &item;
  });
  return best;
}

// The nearest mcc and mnc, or the code of both, in the group or around it.
Codes codes_around(const Content& content, const Group& group) {
  const Group* at = &group;
  for (int level = 0; at != nullptr && level < kLevelsToCodes; ++level) {
    const Item* mcc = content.find(*at, KeyFamily::mcc);
    const Item* mnc = network_in(content, *at);
    if (mcc != nullptr && mnc != nullptr && is_mcc(mcc->value) && is_all_digits(mnc->value)) {
      return {std::string(mcc->value) + '-' + std::string(mnc->value), mcc, 0.95};
    }
    const Item* both = content.find(*at, KeyFamily::sim_operator);
    if (both != nullptr && parse_operator_code(both->value).ok) {
      return {std::string(both->value), both, 0.85};
    }
    at = content.outer(*at);
  }
  return {};
}

// "460-00-4711-26221313", "460|0|4711|26221313|-71", "460,0,4711,26221313".
bool is_cell_value(std::string_view value) {
  std::array<std::string_view, 4> parts;
  size_t count = 0;
  while (count < parts.size() && !value.empty()) {
    const size_t end = std::min(value.find_first_of("-|,:;_/"), value.size());
    parts[count++] = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return count == 4 && is_mcc(parts[0]) && is_all_digits(parts[1]) && parts[1].size() <= 3 &&
         known_number(parts[2], kMostArea) != 0 && known_number(parts[3], kMostCell) != 0;
}

class CellTowerDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::lac)) {
      const Item& area = content.item(hit);
      const Group& group = content.group_of(area);
      const Item* cell = cell_in(content, group, area);
      if (cell == nullptr || known_number(area.value, kMostArea) == 0) continue;
      const Codes codes = codes_around(content, group);
      if (codes.mcc == nullptr) continue;
      Sighting sighting = sighting_of(DataType::cell_tower, codes.confidence, *cell,
                                      codes.text + '-' + std::string(area.value) + '-' + std::string(cell->value));
      sighting.evidence = {area.field, codes.mcc->field};
      tell(sink, std::move(sighting));
    }
    for (const KeyFamily family : {KeyFamily::cell_container, KeyFamily::cell_id}) {
      for (const KeyHit& hit : content.hits(family)) {
        const Item& item = content.item(hit);
        if (!is_cell_value(item.value)) continue;
        tell(sink, sighting_of(DataType::cell_tower, 0.85, item, std::string(item.value)));
      }
    }
  }

 private:
  static const Item* cell_in(const Content& content, const Group& group, const Item& area) {
    const Item* cell = nullptr;
    for_each_item(content, group, [&](const Item& item) {
      if (cell != nullptr || &item == &area || !item.meaning.has(KeyFamily::cell_id)) return;
      if (known_number(item.value, kMostCell) != 0) cell = &item;
    });
    return cell;
  }
};

}  // namespace

std::unique_ptr<const Detector> make_cell_tower_detector() {
  return std::make_unique<CellTowerDetector>();
}

}  // namespace telltale
