#include "sensor/detect/rows.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Rows, OfOneListAreKeptTogetherAndDoublesLeftOut) {
  const auto lists = distinct_rows({{1, 10, 100, 0, 0},
                                    {2, 20, 100, 1, 0},
                                    {1, 11, 101, 2, 0},
                                    {1, 12, 100, 3, 0},    // the first one's identity again
                                    {1, 11, 102, 4, 0}});  // a second number of the same row
  ASSERT_EQ(lists.size(), 2u);
  EXPECT_EQ(lists[0].list, 1u);
  ASSERT_EQ(lists[0].rows.size(), 2u);
  EXPECT_EQ(lists[0].rows[0].item, 0u);
  EXPECT_EQ(lists[0].rows[1].item, 2u);
  EXPECT_EQ(lists[1].rows.size(), 1u);
}

TEST(Rows, NoneGiveNone) { EXPECT_TRUE(distinct_rows({}).empty()); }

}  // namespace
}  // namespace telltale
