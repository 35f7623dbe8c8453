// Work for a shard, in the order it happens, and how it is done without waiting for memory.
//
// Of 100,000 flows the next packet's is nowhere near the processor. So an item is not done when it
// is known but some items later, and meanwhile its flow is fetched from memory, step by step.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sensor/model/segment.h"
#include "sensor/pipeline/shard.h"

namespace telltale {

// What comes of the same frame is ordered by this: time passes before the frame's own segment is
// looked at. A join says that a segment's src_mac is known as its dst_mac from now on.
enum class Phase : uint8_t { tick, join, hear, segment, finish };

struct WorkItem {
  Phase phase = Phase::segment;
  uint32_t foreseen = 0;  // for Lookahead
  Segment segment;        // of a tick only ts and frame
};

inline void run_item(Shard& shard, const WorkItem& item) {
  switch (item.phase) {
    case Phase::tick:
      return shard.tick(item.segment.ts, item.segment.frame);
    case Phase::join:
      return shard.join(item.segment);
    case Phase::hear:
      return shard.hear(item.segment);
    case Phase::segment:
      return shard.on_segment(item.segment);
    case Phase::finish:
      return shard.finish(item.segment.frame);
  }
}

// Does items of a shard in order, late. `Run` does one.
template <typename ShardOfItems, typename Run>
class Lookahead {
 public:
  static constexpr size_t kAhead = 16;

  Lookahead(ShardOfItems& shard, Run run) : shard_(shard), run_(run) {}

  // `item` must stay where it is until it is done: when kAhead more were added, or by drain().
  void add(WorkItem& item) {
    item.foreseen = shard_.foresee(item.segment);
    place(added_++) = &item;
    if (const WorkItem* next = back(kToFlow)) shard_.fetch_flow(next->foreseen);
    if (const WorkItem* next = back(kToSession)) shard_.fetch_session(next->foreseen);
    if (added_ - done_ > kAhead) run_(*place(done_++));
  }
  // Does what waits.
  void drain() {
    while (done_ < added_) run_(*place(done_++));
  }

 private:
  static constexpr size_t kToFlow = 5;  // items between the steps
  static constexpr size_t kToSession = 10;
  static constexpr size_t kPlaces = 2 * kAhead;

  WorkItem*& place(size_t number) { return waiting_[number % kPlaces]; }
  // The item that was added so many before the newest, when it still waits.
  const WorkItem* back(size_t items) {
    return added_ - done_ > items ? place(added_ - 1 - items) : nullptr;
  }

  ShardOfItems& shard_;
  Run run_;
  std::array<WorkItem*, kPlaces> waiting_{};
  size_t added_ = 0;
  size_t done_ = 0;
};

}  // namespace telltale
