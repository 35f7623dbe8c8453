#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

TEST(LinkType, RawIpIsToldByItsFirstNibble) {
  for (const uint32_t link_type : {12U, 14U, 101U}) {
    EXPECT_EQ(decoded(inner_ipv4(), link_type), kInnerIpv4);
    EXPECT_EQ(decoded(inner_ipv6(), link_type), kInnerIpv6);
  }
  EXPECT_EQ(decoded(inner_ipv4(), 228), kInnerIpv4);
  EXPECT_EQ(decoded(inner_ipv6(), 229), kInnerIpv6);
}

TEST(LinkType, RawIpOfAnotherVersionIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(zeros(40), 101));
  EXPECT_FALSE(bench.decode("", 101));
  EXPECT_EQ(bench.count(Weird::raw_ip_version_unknown), 2U);
  EXPECT_FALSE(bench.decode(inner_ipv6(), 228));
  EXPECT_EQ(bench.count(Weird::ipv4_version_bad), 1U);
  EXPECT_FALSE(bench.decode(inner_ipv4(), 229));
  EXPECT_EQ(bench.count(Weird::ipv6_version_bad), 1U);
}

TEST(LinkType, LoopbackHasTheFamilyInEitherByteOrder) {
  for (const uint32_t link_type : {0U, 108U}) {
    EXPECT_EQ(decoded(le32(2) + inner_ipv4(), link_type), kInnerIpv4);
    EXPECT_EQ(decoded(be32(2) + inner_ipv4(), link_type), kInnerIpv4);
    for (const uint32_t family : {10U, 24U, 28U, 30U}) {
      EXPECT_EQ(decoded(le32(family) + inner_ipv6(), link_type), kInnerIpv6);
      EXPECT_EQ(decoded(be32(family) + inner_ipv6(), link_type), kInnerIpv6);
    }
  }
}

TEST(LinkType, LoopbackOfAnotherFamilyOrTruncatedIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(le32(7) + inner_ipv4(), 0));
  EXPECT_EQ(bench.count(Weird::loopback_family_unknown), 1U);
  EXPECT_FALSE(bench.decode("abc", 0));
  EXPECT_EQ(bench.count(Weird::loopback_header_truncated), 1U);
}

TEST(LinkType, LinuxCookedHasTheSendersAddress) {
  DecodeBench bench;
  const std::string header = from_hex("0000 0001 0006 02000000000a 0000");
  ASSERT_TRUE(bench.decode(header + be16(0x0800) + inner_ipv4(), 113));
  EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:0a");
  EXPECT_TRUE(bench.segment.dst_mac.is_zero());
  EXPECT_EQ(decoded(header + be16(0x86dd) + inner_ipv6(), 113), kInnerIpv6);
  EXPECT_EQ(decoded(header + be16(0x8100) + vlan(3, 0x0800, inner_ipv4()), 113), kInnerIpv4);
  EXPECT_EQ(decoded(header + be16(4) + llc_snap(0x0800, inner_ipv4()), 113), kInnerIpv4);
  EXPECT_EQ(decoded(header + be16(12) + inner_ipv4(), 113), "nothing") << "CAN";
}

TEST(LinkType, LinuxCookedWithoutAnEthernetAddressHasNone) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(from_hex("0004 fffe 0000 0000000000000000 0800") + inner_ipv4(), 113));
  EXPECT_TRUE(bench.segment.src_mac.is_zero());
}

TEST(LinkType, LinuxCookedVersion2) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(
      from_hex("86dd 0000 00000002 0001 04 06 02000000000a 0000") + inner_ipv6(), 276));
  EXPECT_EQ(describe(bench.segment), kInnerIpv6);
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:0a");
}

TEST(LinkType, ATruncatedCookedHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(zeros(15), 113));
  EXPECT_FALSE(bench.decode(zeros(19), 276));
  EXPECT_EQ(bench.count(Weird::linux_cooked_header_truncated), 2U);
}

TEST(LinkType, PpiNamesTheNextOne) {
  EXPECT_EQ(decoded(from_hex("0000 0c00 01000000 01020304") + ethernet({}, inner_ipv4()), 192),
            kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("0000 0800 65000000") + inner_ipv6(), 192), kInnerIpv6);
}

TEST(LinkType, ABadPpiHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(from_hex("0000 0700 01000000") + ethernet({}, inner_ipv4()), 192));
  EXPECT_FALSE(bench.decode(from_hex("0000 ffff 01000000") + ethernet({}, inner_ipv4()), 192));
  EXPECT_FALSE(bench.decode("short", 192));
  EXPECT_EQ(bench.count(Weird::ppi_header_bad), 3U);
  EXPECT_FALSE(bench.decode(from_hex("0000 0800 c0000000 0000 0800 01000000"), 192));
  EXPECT_EQ(bench.count(Weird::link_type_unknown), 1U) << "PPI in PPI";
}

TEST(LinkType, AnUnknownOneIsCounted) {
  DecodeBench bench;
  for (const uint32_t link_type : {10U, 147U, 230U, 0xffffffffU}) {
    EXPECT_FALSE(bench.decode(ethernet({}, inner_ipv4()), link_type));
  }
  EXPECT_EQ(bench.count(Weird::link_type_unknown), 4U);
  EXPECT_EQ(bench.decoder.counts().non_ip, 4U);
}

}  // namespace
}  // namespace telltale::test
