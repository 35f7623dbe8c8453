#include <vector>

#include <gtest/gtest.h>

#include "sensor/pipeline/work_items.h"

namespace telltale {
namespace {

// In a shard's place: notes what was fetched for which frame.
struct FetchLog {
  uint32_t foresee(const Segment& segment) { return segment.frame.number; }
  void fetch_flow(uint32_t foreseen) { flows.push_back(foreseen); }
  void fetch_session(uint32_t foreseen) { sessions.push_back(foreseen); }
  std::vector<uint32_t> flows;
  std::vector<uint32_t> sessions;
};

class LookaheadTest : public testing::Test {
 protected:
  void add(uint32_t frames) {
    for (uint32_t i = 0; i < frames; ++i) {
      WorkItem& item = items_[added_ % items_.size()];
      item.segment.frame.number = ++added_;
      lookahead_.add(item);
    }
  }

  struct Run {
    std::vector<uint32_t>* done;
    void operator()(const WorkItem& item) const { done->push_back(item.segment.frame.number); }
  };
  using Lookahead16 = Lookahead<FetchLog, Run>;

  FetchLog log_;
  std::vector<uint32_t> done_;
  std::vector<WorkItem> items_{Lookahead16::kAhead + 1};  // no more must be needed
  uint32_t added_ = 0;
  Lookahead16 lookahead_{log_, Run{&done_}};
};

std::vector<uint32_t> up_to(uint32_t last) {
  std::vector<uint32_t> numbers;
  for (uint32_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

TEST_F(LookaheadTest, DoesAllInOrder) {
  add(1000);
  lookahead_.drain();
  EXPECT_EQ(done_, up_to(1000));
}

TEST_F(LookaheadTest, AnItemIsFetchedBeforeItIsDone) {
  add(100);
  EXPECT_EQ(done_, up_to(100 - Lookahead16::kAhead));
  ASSERT_GT(log_.flows.size(), done_.size());
  ASSERT_GT(log_.sessions.size(), done_.size());
  EXPECT_EQ(log_.flows, up_to(static_cast<uint32_t>(log_.flows.size())));
  EXPECT_EQ(log_.sessions, up_to(static_cast<uint32_t>(log_.sessions.size())));
}

TEST_F(LookaheadTest, DrainingLeavesNothingToFetch) {
  add(3);
  lookahead_.drain();
  EXPECT_EQ(done_, up_to(3));
  add(1);
  EXPECT_TRUE(log_.flows.empty());
  lookahead_.drain();
  EXPECT_EQ(done_, up_to(4));
}

}  // namespace
}  // namespace telltale
