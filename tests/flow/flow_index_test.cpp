#include "sensor/flow/flow_index.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace telltale {
namespace {

FlowKey numbered_key(uint32_t i) {
  FlowKey key;
  key.low = {IpAddress::v4(0x0a000000), static_cast<uint16_t>(i)};
  key.high = {IpAddress::v4(0x0b000000 + (i >> 16)), 443};
  key.ip_proto = kTcp;
  return key;
}

TEST(FlowIndex, TheKeyIsThatOfTheModel) {
  std::vector<Endpoint> ends;
  for (const char* address :
       {"0.0.0.1", "1.0.0.0", "255.255.255.255", "::1", "fe80::1", "2001::"}) {
    for (const uint16_t port : {uint16_t{1}, uint16_t{256}, uint16_t{65535}})
      ends.push_back({*IpAddress::parse(address), port});
  }
  for (const Endpoint& src : ends) {
    for (const Endpoint& dst : ends) {
      Segment segment;
      segment.src = src;
      segment.dst = dst;
      segment.ip_proto = kTcp;
      bool from_low = false;
      bool wanted_from_low = false;
      EXPECT_TRUE(key_of(segment, &from_low) == FlowKey::of(segment, &wanted_from_low));
      EXPECT_EQ(from_low, wanted_from_low);
    }
  }
}

TEST(FlowIndex, HashDependsOnEveryPartOfTheKeyAndOnTheSecret) {
  const FlowIndex index(HashKey{1, 2});
  const FlowKey key = numbered_key(1);
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
  for (uint32_t i = 0; i < 1 << 16; ++i) ++slots[index.hash(numbered_key(i)) & (slots.size() - 1)];
  EXPECT_LT(*std::max_element(slots.begin(), slots.end()), 60);  // 16 on average
}

}  // namespace
}  // namespace telltale
