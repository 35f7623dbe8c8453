#include "sensor/flow/flow_index.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace telltale {
namespace {

FlowKey key_of(uint32_t i) {
  FlowKey key;
  key.low = {IpAddress::v4(0x0a000000), static_cast<uint16_t>(i)};
  key.high = {IpAddress::v4(0x0b000000 + (i >> 16)), 443};
  key.ip_proto = kTcp;
  return key;
}

TEST(FlowIndex, FindsAmongEqualHashesTheOneAskedFor) {
  FlowIndex index;
  index.insert(5, 1);
  index.insert(5, 2);
  EXPECT_EQ(index.find(5, [](uint32_t record) { return record == 2; }), 2U);
  EXPECT_EQ(index.find(5, [](uint32_t) { return false; }), FlowIndex::kNone);
  EXPECT_EQ(index.find(6, [](uint32_t) { return true; }), FlowIndex::kNone);
}

TEST(FlowIndex, AgreesWithAMapThroughInsertsAndErases) {
  FlowIndex index;
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

TEST(FlowIndex, HashDependsOnEveryPartOfTheKeyAndOnTheSecret) {
  const FlowIndex index(HashKey{1, 2});
  const FlowKey key = key_of(1);
  std::set<uint32_t> hashes{index.hash(key), FlowIndex(HashKey{1, 3}).hash(key)};
  FlowKey other = key;
  other.vlan = 1;
  hashes.insert(index.hash(other));
  other = key;
  other.ip_proto = kUdp;
  hashes.insert(index.hash(other));
  other = key;
  other.high.port = 444;
  hashes.insert(index.hash(other));
  other = key;
  other.low.port = 2;
  hashes.insert(index.hash(other));
  for (size_t i = 0; i < 16; ++i) {
    std::array<uint8_t, 16> bytes = key.high.address.bytes();
    bytes[i] ^= 0x40;
    other = key;
    other.high.address = IpAddress::v6(bytes.data());
    hashes.insert(index.hash(other));
    std::swap(other.low, other.high);
    hashes.insert(index.hash(other));
  }
  EXPECT_EQ(hashes.size(), 6U + 32U);
}

TEST(FlowIndex, HashSpreadsNeighbouringKeysOverSlots) {
  const FlowIndex index;
  std::vector<int> slots(1 << 12);
  for (uint32_t i = 0; i < 1 << 16; ++i) ++slots[index.hash(key_of(i)) & (slots.size() - 1)];
  EXPECT_LT(*std::max_element(slots.begin(), slots.end()), 60);  // 16 on average
}

}  // namespace
}  // namespace telltale
