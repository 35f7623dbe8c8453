#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

TEST(Ethernet, CarriesBothVersionsOfIp) {
  EXPECT_EQ(decoded(ethernet({}, inner_ipv4())), kInnerIpv4);
  EXPECT_EQ(decoded(ethernet({.type = 0x86dd}, inner_ipv6())), kInnerIpv6);
}

TEST(Ethernet, PaddingIsNotPayload) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(tcp_frame(Path{}, {}, "") + zeros(6)));
  EXPECT_TRUE(bench.segment.payload.empty());
  EXPECT_EQ(bench.segment.payload_wire_size, 0U);
  ASSERT_TRUE(bench.decode(udp_frame(Path{}, "abc") + zeros(20)));
  EXPECT_EQ(bench.payload(), "abc");
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Ethernet, ATruncatedHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({}, "").substr(0, 13)));
  EXPECT_FALSE(bench.decode(""));
  EXPECT_EQ(bench.count(Weird::ethernet_header_truncated), 2U);
}

TEST(Ethernet, OtherTypesAreNotIpAndNotWeird) {
  DecodeBench bench;
  for (const uint16_t type : std::vector<uint16_t>{0x88cc, 0x8863, 0x888e, 0x05ff}) {
    EXPECT_FALSE(bench.decode(ethernet({.type = type}, inner_ipv4())));
  }
  EXPECT_EQ(bench.decoder.counts().non_ip, 4U);
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Ethernet, FabricPathCarriesAnotherFrame) {
  const std::string inside = ethernet({.type = 0x8100}, vlan(7, 0x0800, inner_ipv4()));
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(ethernet({.type = 0x8903}, from_hex("0060") + inside)));
  EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  EXPECT_EQ(bench.segment.vlan, 7U);
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8903}, "x")));
}

TEST(Ethernet, MacsecIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x88e5}, zeros(40))));
  EXPECT_EQ(bench.count(Weird::macsec_frame), 1U);
}

TEST(Vlan, ASingleTagStandsInTheLowHalf) {
  for (const uint16_t type : std::vector<uint16_t>{0x8100, 0x88a8, 0x9100}) {
    DecodeBench bench;
    ASSERT_TRUE(bench.decode(ethernet({.type = type}, vlan(0x6000 | 123, 0x0800, inner_ipv4()))));
    EXPECT_EQ(bench.segment.vlan, 123U) << "the priority is no part of it";
    EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  }
}

TEST(Vlan, OfTwoTagsTheOuterStandsInTheHighHalf) {
  DecodeBench bench;
  ASSERT_TRUE(
      bench.decode(ethernet({.type = 0x88a8}, vlan(10, 0x8100, vlan(20, 0x86dd, inner_ipv6())))));
  EXPECT_EQ(bench.segment.vlan, 10U << 16 | 20U);
}

TEST(Vlan, APriorityTagIsNoVlan) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(ethernet({.type = 0x8100}, vlan(0xe000, 0x0800, inner_ipv4()))));
  EXPECT_EQ(bench.segment.vlan, 0U);
  ASSERT_TRUE(
      bench.decode(ethernet({.type = 0x8100}, vlan(0, 0x8100, vlan(20, 0x0800, inner_ipv4())))));
  EXPECT_EQ(bench.segment.vlan, 20U);
}

TEST(Vlan, AThirdTagIsCountedAndLeftOut) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(
      ethernet({.type = 0x8100}, vlan(1, 0x8100, vlan(2, 0x8100, vlan(3, 0x0800, inner_ipv4()))))));
  EXPECT_EQ(bench.segment.vlan, 1U << 16 | 2U);
  EXPECT_EQ(bench.count(Weird::vlan_tags_more_than_two), 1U);
}

TEST(Vlan, ATruncatedTagIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8100}, "abc")));
  EXPECT_EQ(bench.count(Weird::vlan_tag_truncated), 1U);
}

TEST(Vlan, AFrameOfNothingButTagsEnds) {
  std::string tags;
  for (int i = 0; i < 60'000; ++i) tags += from_hex("00018100");
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8100}, tags)));
}

TEST(Llc, SnapNamesTheType) {
  const std::string llc = llc_snap(0x0800, inner_ipv4());
  EXPECT_EQ(decoded(ethernet({.type = static_cast<uint16_t>(llc.size())}, llc)), kInnerIpv4);
  EXPECT_EQ(decoded(ethernet({.type = 0x8870}, llc)), kInnerIpv4) << "jumbo frames have no length";
  std::string bridged = llc;
  bridged[5] = '\xf8';
  EXPECT_EQ(decoded(ethernet({.type = static_cast<uint16_t>(llc.size())}, bridged)), kInnerIpv4);
}

TEST(Llc, IpHasAServiceAccessPoint) {
  const std::string llc = from_hex("060603") + inner_ipv4();
  EXPECT_EQ(decoded(ethernet({.type = static_cast<uint16_t>(llc.size())}, llc)), kInnerIpv4);
}

TEST(Llc, OtherOrganisationsAndAccessPointsAreNotIp) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 8}, from_hex("aaaa03 00000c 2000"))));
  EXPECT_FALSE(bench.decode(ethernet({.type = 38}, from_hex("424203") + zeros(35))));
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Llc, TheLengthCutsPadding) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 2}, llc_snap(0x0800, inner_ipv4()))));
  EXPECT_FALSE(bench.decode(ethernet({.type = 7}, llc_snap(0x0800, inner_ipv4()))));
  EXPECT_EQ(bench.count(Weird::llc_header_truncated), 2U);
}

TEST(Llc, ALoopOfTagsAndSnapEnds) {
  std::string layers;
  for (int i = 0; i < 20'000; ++i) layers += from_hex("aaaa03 000000 8100 0001 8870");
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8870}, layers)));
}

TEST(Mpls, AStackOfLabelsIsSteppedOver) {
  EXPECT_EQ(decoded(ethernet({.type = 0x8847}, mpls({100}, inner_ipv4()))), kInnerIpv4);
  EXPECT_EQ(decoded(ethernet({.type = 0x8848}, mpls({1, 2, 3}, inner_ipv6()))), kInnerIpv6);
}

TEST(Mpls, APseudowireMayHaveAControlWord) {
  const std::string frame = ethernet({}, inner_ipv4());
  EXPECT_EQ(decoded(ethernet({.type = 0x8847}, mpls({5, 6}, zeros(4) + frame))), kInnerIpv4);
  EXPECT_EQ(decoded(ethernet({.type = 0x8847}, mpls({5, 6}, frame))), kInnerIpv4);
}

TEST(Mpls, APseudowiresAddressesAreThoseInside) {
  DecodeBench bench;
  const std::string frame =
      ethernet({.src = "00:11:22:33:44:55", .type = 0x8100}, vlan(9, 0x0800, inner_ipv4()));
  ASSERT_TRUE(
      bench.decode(ethernet({.type = 0x8100}, vlan(4, 0x8847, mpls({5}, zeros(4) + frame)))));
  EXPECT_EQ(bench.segment.src_mac.to_string(), "00:11:22:33:44:55");
  EXPECT_EQ(bench.segment.vlan, 9U);
}

TEST(Mpls, WithoutABottomOrAPlausiblePayloadItIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8847}, be32(0x00010040) + "ab")));
  EXPECT_EQ(bench.count(Weird::mpls_stack_truncated), 1U);
  EXPECT_FALSE(bench.decode(ethernet({.type = 0x8847}, mpls({1}, std::string(40, 'x')))));
  EXPECT_EQ(bench.count(Weird::mpls_payload_unknown), 1U);
}

}  // namespace
}  // namespace telltale::test
