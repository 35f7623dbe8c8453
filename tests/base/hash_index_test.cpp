#include "sensor/base/hash_index.h"

#include <iterator>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(HashIndex, FindsAmongEqualHashesTheOneAskedFor) {
  HashIndex index;
  index.insert(5, 1);
  index.insert(5, 2);
  EXPECT_EQ(index.find(5, [](uint32_t record) { return record == 2; }), 2U);
  EXPECT_EQ(index.find(5, [](uint32_t) { return false; }), HashIndex::kNone);
  EXPECT_EQ(index.find(6, [](uint32_t) { return true; }), HashIndex::kNone);
}

TEST(HashIndex, AgreesWithAMapThroughInsertsAndErases) {
  HashIndex index;
  std::multimap<uint32_t, uint32_t> model;
  std::mt19937 random(7);
  for (uint32_t i = 0; i < 20'000; ++i) {
    const auto hash = static_cast<uint32_t>(random() % 3000 * 977);  // many share slots
    if (model.size() < 2000 || random() % 2 == 0) {
      index.insert(hash, i);
      model.emplace(hash, i);
    } else {
      const auto victim = std::next(model.begin(), static_cast<int>(random() % 50));
      index.erase(victim->first, victim->second);
      model.erase(victim);
    }
  }
  EXPECT_EQ(index.size(), model.size());
  for (const auto& [hash, record] : model) {
    const uint32_t wanted = record;
    ASSERT_EQ(index.find(hash, [&](uint32_t i) { return i == wanted; }), wanted);
  }
}

TEST(HashIndex, WhatItLikelyFindsIsWhatItFindsOrNothing) {
  HashIndex index;
  index.insert(5, 1);
  index.insert(5 + 1024, 2);  // the same slot
  EXPECT_EQ(index.likely(5), 1U);
  EXPECT_EQ(index.likely(5 + 1024), HashIndex::kNone);
  EXPECT_EQ(index.likely(6 + 1024), HashIndex::kNone);
}

}  // namespace
}  // namespace telltale
