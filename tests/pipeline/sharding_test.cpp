#include "sensor/pipeline/sharding.h"

#include <gtest/gtest.h>

#include <set>

namespace telltale {
namespace {

const std::vector<Cidr> kHome = {*Cidr::parse("192.168.0.0/16"), *Cidr::parse("fd00::/8")};

Segment between(const char* src, uint16_t src_port, const char* dst, uint16_t dst_port) {
  Segment segment;
  segment.src = {*IpAddress::parse(src), src_port};
  segment.dst = {*IpAddress::parse(dst), dst_port};
  return segment;
}

struct Case {
  const char* why;
  Segment segment;
  const char* device;
};

TEST(Sharding, FindsTheDeviceEndAlikeInBothDirections) {
  const Case cases[] = {
      {"home end is the source", between("192.168.1.2", 40000, "8.8.8.8", 53), "192.168.1.2"},
      {"home end has the lower port", between("192.168.1.2", 22, "8.8.8.8", 40000), "192.168.1.2"},
      {"IPv6 home", between("fd00::5", 1, "2001:4860::8888", 443), "fd00::5"},
      {"none is home: the higher port", between("5.5.5.5", 50000, "8.8.8.8", 443), "5.5.5.5"},
      {"both are home: the higher port", between("192.168.1.2", 50000, "192.168.1.1", 53),
       "192.168.1.2"},
      {"nothing tells: the lower address", between("5.5.5.5", 123, "8.8.8.8", 123), "5.5.5.5"},
  };
  for (const Case& c : cases) {
    Segment back = c.segment;
    std::swap(back.src, back.dst);
    EXPECT_EQ(device_end(c.segment, kHome).to_string(), c.device) << c.why;
    EXPECT_EQ(device_end(back, kHome).to_string(), c.device) << c.why << ", answered";
    EXPECT_EQ(shard_of(c.segment, kHome), shard_of(back, kHome)) << c.why;
  }
}

TEST(Sharding, SpreadsDevices) {
  std::set<size_t> used;
  for (int i = 0; i < 100; ++i) {
    const std::string address = "192.168.1." + std::to_string(i + 1);
    used.insert(shard_of(between(address.c_str(), 40000, "8.8.8.8", 53), kHome));
  }
  EXPECT_EQ(used.size(), kShards);
}

}  // namespace
}  // namespace telltale
