// call_log: whom the owner called, when and how long.
//
// Rule: rows of one list with a telephone number (or a short code) and a duration or kind of call, and a
// time; at least three different numbers, two under a telling key. Single rows are Pieces.
// Source: Android CallLog.Calls.
//
//   under "calls" and the like      0.96
//   number, duration and time       0.88
//   number, kind of call and time   0.75
//   pieces                          0.75
//
// Blind spots: billing records that a company sends of its own lines.
#include <algorithm>

#include "sensor/base/hash.h"
#include "sensor/detect/context.h"
#include "sensor/detect/rows.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kCalls = 3;
constexpr size_t kCallsThatAreNamed = 2;

// A number that can be called: also emergency and service numbers, which are short.
uint64_t called(const Item& item) {
  if (const auto phone = parse_phone(item.value)) return hash64(phone->view());
  const bool is_short = is_all_digits(item.value) && item.value.size() >= 3 && item.value.size() <= 6;
  return is_short && item.meaning.is_strong(KeyFamily::phone) ? hash64(item.value) : 0;
}

bool is_call(const Content& content, const Group& group) {
  const bool named = content.above(group).has(KeyFamily::call_container);
  const bool has_time = group.families.has(KeyFamily::timestamp);
  const bool has_duration = group.families.has(KeyFamily::duration);
  if (group.families.has_any({KeyFamily::message_body, KeyFamily::shop_context})) return false;
  if (named) return has_time || has_duration || group.families.has(KeyFamily::call_type);
  return has_time && (has_duration || group.families.has(KeyFamily::call_type)) &&
         (has_duration || !group.families.has(KeyFamily::email));
}

class CallLogDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    if (!content.has_any({KeyFamily::duration, KeyFamily::call_type, KeyFamily::call_container})) return;
    std::vector<Row> rows;
    for (const KeyHit& hit : content.hits(KeyFamily::phone)) {
      const Item& item = content.item(hit);
      const Group& group = content.group_of(item);
      if (item.in_text || item.key.empty() || !is_call(content, group)) continue;
      const uint64_t identity = called(item);
      if (identity == 0) continue;
      const auto index = static_cast<uint32_t>(&item - content.items().data());
      rows.push_back({group.list, item.group, identity, index, kNoIndex});
    }
    if (rows.empty()) return;
    for (const RowList& list : distinct_rows(std::move(rows))) judge(content, list, sink);
  }

 private:
  static void judge(const Content& content, const RowList& list, SightingSink& sink) {
    const Item& first = content.items()[list.rows.front().item];
    const Group& group = content.group_of(first);
    const bool named = content.above(group).has(KeyFamily::call_container);
    const bool timed = group.families.has(KeyFamily::duration);
    const double confidence = named ? 0.96 : timed ? 0.88 : 0.75;
    Sighting sighting = sighting_of(DataType::call_log, confidence, first, std::string(first.value));
    sighting.count = static_cast<uint32_t>(list.rows.size());
    if (list.rows.size() >= (named ? kCallsThatAreNamed : kCalls)) {
      for (const Row& row : list.rows) {
        if (sighting.evidence.size() == kCalls) break;
        sighting.evidence.push_back(content.items()[row.item].field);
      }
      sighting.field = list.list;
      tell(sink, std::move(sighting));
      return;
    }
    if (!timed) return;
    for (const Row& row : list.rows) {
      Piece piece{DataType::call_log, row.identity, sighting};
      piece.sighting.confidence = 0.75;
      sink.on_piece(std::move(piece));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_call_log_detector() {
  return std::make_unique<CallLogDetector>();
}

}  // namespace telltale
