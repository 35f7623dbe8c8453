#include "sensor/detect/key_cache.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

bool same(const KeyMeaning& a, const KeyMeaning& b) {
  return a.entry == b.entry && a.weakened == b.weakened;
}

TEST(KeyCache, SaysWhatTheTableSaysAtFirstAndLater) {
  const KeyTable table = KeyTable::shipped();
  KeyCache cache(table);
  for (int round = 0; round < 2; ++round) {
    for (const char* key : {"imei", "deviceImei", "x_imei", "lat", "nothing", "lon", "i", "wifi", ""}) {
      EXPECT_TRUE(same(cache.find(key), table.find(key))) << key;
    }
  }
}

TEST(KeyCache, KeysThatCrowdEachOtherOutStayRight) {
  const KeyTable table = KeyTable::shipped();
  KeyCache cache(table);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) {
      const std::string key = "k" + std::to_string(i) + (i % 7 == 0 ? "_imei" : "_x");
      EXPECT_TRUE(same(cache.find(key), table.find(key))) << key;
    }
  }
}

TEST(KeyCache, KeysTooLongToKeepAreLookedUp) {
  const KeyTable table = KeyTable::shipped();
  KeyCache cache(table);
  for (size_t size = 40; size < 60; ++size) {
    const std::string key = std::string(size, 'x') + "_imei";
    EXPECT_TRUE(same(cache.find(key), table.find(key))) << key;
    EXPECT_TRUE(same(cache.find(key), table.find(key))) << key;
  }
}

}  // namespace
}  // namespace telltale
