#include "sensor/flow/held_segments.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

struct HeldSegmentsTest : testing::Test {
  HeldPiece piece(uint64_t begin, const std::string& bytes) {
    return {begin, begin + bytes.size(), {}, {}, bytes};
  }
  Limits limits;
  WeirdCounts weird;
  ReassemblyBudget budget{limits, weird};
};

TEST_F(HeldSegmentsTest, GivesPiecesOutInOrderAndTheirMemoryBack) {
  {
    HeldSegments held(budget);
    held.insert(piece(10, "later"));
    held.insert(piece(5, "first"));
    EXPECT_EQ(held.bytes(), 10U);
    EXPECT_GT(budget.held, 10U);
    EXPECT_FALSE(held.take(4));
    EXPECT_EQ(held.take(5)->bytes, "first");
    EXPECT_EQ(held.take(10)->bytes, "later");
    EXPECT_FALSE(held.take(100));
    EXPECT_EQ(budget.held, 0U);
    held.insert(piece(1, "left behind"));
  }
  EXPECT_EQ(budget.held, 0U);
  EXPECT_GT(budget.peak, 10U);
}

TEST_F(HeldSegmentsTest, FindsThePieceThatCoversOrFollowsAnOffset) {
  HeldSegments held(budget);
  held.insert(piece(5, "abc"));
  held.insert(piece(10, "d"));
  EXPECT_EQ(held.first_after(0)->begin, 5U);
  EXPECT_EQ(held.first_after(7)->begin, 5U);
  EXPECT_EQ(held.first_after(8)->begin, 10U);
  EXPECT_EQ(held.first_after(11), nullptr);
}

}  // namespace
}  // namespace telltale
