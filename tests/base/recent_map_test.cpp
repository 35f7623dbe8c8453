#include "sensor/base/recent_map.h"

#include <functional>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(RecentMap, KeepsWhatItWasGiven) {
  RecentMap<int, int, std::hash<int>> map(2);
  bool evicted = true;
  map.at(1, &evicted) = 10;
  EXPECT_FALSE(evicted);
  map.at(2, &evicted) = 20;
  EXPECT_EQ(map.at(1, &evicted), 10);
  EXPECT_EQ(map.at(2, &evicted), 20);
}

TEST(RecentMap, TheOneUsedLongestAgoMakesRoom) {
  RecentMap<int, int, std::hash<int>> map(2);
  bool evicted = false;
  map.at(1, &evicted) = 10;
  map.at(2, &evicted) = 20;
  map.at(1, &evicted);
  map.at(3, &evicted) = 30;
  EXPECT_TRUE(evicted);
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.at(1, &evicted), 10);
  EXPECT_FALSE(evicted);
  EXPECT_EQ(map.at(2, &evicted), 0);
  EXPECT_TRUE(evicted);
}

}  // namespace
}  // namespace telltale
