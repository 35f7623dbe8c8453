#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

constexpr uint32_t kPpp = 9;

TEST(Ppp, AddressAndControlMayBeLeftOut) {
  EXPECT_EQ(decoded(from_hex("ff03 0021") + inner_ipv4(), kPpp), kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("0021") + inner_ipv4(), kPpp), kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("ff03 0057") + inner_ipv6(), 50), kInnerIpv6);
}

TEST(Ppp, TheProtocolMayBeCompressed) {
  EXPECT_EQ(decoded(from_hex("21") + inner_ipv4(), kPpp), kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("ff03 57") + inner_ipv6(), kPpp), kInnerIpv6);
}

TEST(Ppp, CarriesMpls) {
  EXPECT_EQ(decoded(from_hex("ff03 0281") + mpls({7}, inner_ipv4()), kPpp), kInnerIpv4);
}

TEST(Ppp, ControlProtocolsAreNotIp) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(from_hex("ff03 c021 01010004"), kPpp));
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Ppp, CompressedAndTruncatedFramesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(from_hex("ff03 00fd 0123"), kPpp));
  EXPECT_EQ(bench.count(Weird::ppp_payload_compressed), 1U);
  EXPECT_FALSE(bench.decode(from_hex("ff03"), kPpp));
  EXPECT_FALSE(bench.decode(from_hex("ff03 00"), kPpp));
  EXPECT_EQ(bench.count(Weird::ppp_header_truncated), 2U);
}

TEST(Ppp, CapturesOfItMayHoldCiscosFraming) {
  EXPECT_EQ(decoded(from_hex("0f00 0800") + inner_ipv4(), kPpp), kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("8f00 86dd") + inner_ipv6(), 50), kInnerIpv6);
  EXPECT_EQ(decoded(from_hex("0f00 0800") + inner_ipv4(), 104), kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("0f00 8035") + inner_ipv4(), 104), "nothing");
}

TEST(Pppoe, ASessionCarriesPpp) {
  EXPECT_EQ(decoded(ethernet({.type = 0x8864}, pppoe(from_hex("0021") + inner_ipv4()))),
            kInnerIpv4);
  EXPECT_EQ(decoded(ethernet({.type = 0x8864}, pppoe(from_hex("57") + inner_ipv6()))), kInnerIpv6);
  EXPECT_EQ(decoded(pppoe(from_hex("0021") + inner_ipv4()), 51), kInnerIpv4);
  EXPECT_EQ(
      decoded(ethernet({.type = 0x8100}, vlan(7, 0x8864, pppoe(from_hex("0021") + inner_ipv4())))),
      kInnerIpv4);
}

TEST(Pppoe, KeepsTheSubscribersAddress) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(ethernet({.type = 0x8864}, pppoe(from_hex("0021") + inner_ipv4()))));
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:0a");
}

TEST(Pppoe, ABadHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8864}, from_hex("1100 0001 00"))));
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8864}, from_hex("2100 0001 0002 0021"))));
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8864}, from_hex("11a7 0001 0002 0021"))));
  EXPECT_EQ(bench.count(Weird::pppoe_header_bad), 3U);
}

}  // namespace
}  // namespace telltale::test
