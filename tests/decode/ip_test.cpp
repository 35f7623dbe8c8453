#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

std::string v4_frame(const Ipv4& header, std::string_view payload) {
  return ethernet({}, ipv4(header, payload));
}
std::string v6_frame(const Ipv6& header, std::string_view payload) {
  return ethernet({.type = 0x86dd}, ipv6(header, payload));
}

TEST(Ipv4Header, OptionsAreSteppedOver) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v4_frame({.options = std::string(40, '\1')}, tcp({}, "hello"))));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_EQ(bench.segment.ip.size(), 60U + 20 + 5);
}

TEST(Ipv4Header, BadOnesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_frame({.version = 5}, tcp({}))));
  EXPECT_EQ(bench.count(Weird::ipv4_version_bad), 1U);
  EXPECT_FALSE(bench.decode(v4_frame({.header_words = uint8_t{4}}, tcp({}))));
  EXPECT_EQ(bench.count(Weird::ipv4_header_length_bad), 1U);
  EXPECT_FALSE(bench.decode(v4_frame({.header_words = uint8_t{15}}, "short")));
  EXPECT_FALSE(bench.decode(v4_frame({}, "").substr(0, 14 + 19)));
  EXPECT_EQ(bench.count(Weird::ipv4_header_truncated), 2U);
  EXPECT_FALSE(bench.decode(v4_frame({.total_length = uint16_t{19}}, tcp({}))));
  EXPECT_EQ(bench.count(Weird::ipv4_total_length_too_short), 1U);
  EXPECT_EQ(bench.decoder.counts().non_ip, 5U) << "none had a header to believe";
}

TEST(Ipv4Header, ATotalLengthOfZeroMeansTheWholeFrame) {
  DecodeBench bench;
  ASSERT_TRUE(
      bench.decode(v4_frame({.total_length = uint16_t{0}}, tcp({}, std::string(70'000, 'x')))));
  EXPECT_EQ(bench.segment.payload.size(), 70'000U);
  EXPECT_EQ(bench.segment.payload_wire_size, 70'000U);
  EXPECT_EQ(bench.count(Weird::ipv4_total_length_zero), 1U);
}

TEST(Ipv4Header, ATotalLengthBeyondTheFrameIsCountedAndTheRestIsMissing) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v4_frame({.total_length = uint16_t{140}}, tcp({}, "hello"))));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_EQ(bench.segment.payload_wire_size, 100U);
  EXPECT_EQ(bench.count(Weird::ipv4_total_length_beyond_frame), 1U);
}

TEST(Ipv4Header, TheAuthenticationHeaderIsSteppedOver) {
  DecodeBench bench;
  const std::string ah = from_hex("06 04 0000 00000001 00000001") + zeros(12);
  ASSERT_TRUE(bench.decode(v4_frame({.protocol = 51}, ah + tcp({}, "hello"))));
  EXPECT_EQ(bench.segment.ip_proto, kTcp);
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_FALSE(bench.decode(v4_frame({.protocol = 51}, "\x06")));
  EXPECT_FALSE(bench.decode(v4_frame({.protocol = 51}, from_hex("06ff0000 00000001"))));
  EXPECT_EQ(bench.count(Weird::ip_extension_truncated), 2U);
}

TEST(Ipv4Header, OtherProtocolsGiveWhatFollowsTheHeader) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v4_frame({.protocol = 89}, "ospf")));
  EXPECT_EQ(bench.segment.ip_proto, 89);
  EXPECT_EQ(bench.segment.src.port, 0);
  EXPECT_EQ(bench.payload(), "ospf");
  ASSERT_TRUE(bench.decode(v4_frame({.protocol = 50}, "encrypted")));
  EXPECT_EQ(bench.segment.ip_proto, 50);
  EXPECT_EQ(bench.decoder.counts().other_ip, 2U);
}

TEST(Ipv6Header, ExtensionHeadersAreSteppedOver) {
  for (const uint8_t extension : std::vector<uint8_t>{0, 43, 60, 135, 139, 140}) {
    DecodeBench bench;
    ASSERT_TRUE(
        bench.decode(v6_frame({.next_header = extension}, ipv6_options(kUdp, udp({}, "hello")))));
    EXPECT_EQ(bench.segment.ip_proto, kUdp);
    EXPECT_EQ(bench.payload(), "hello");
    EXPECT_EQ(bench.segment.ip.size(), 40U + 8 + 8 + 5);
  }
}

TEST(Ipv6Header, AuthenticationMayStandBetweenOthers) {
  const std::string ah = from_hex("3c 04 0000 00000001 00000001") + zeros(12);
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(
      v6_frame({.next_header = 0}, ipv6_options(51, ah + ipv6_options(kTcp, tcp({}, "hello"))))));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_EQ(bench.decoder.counts().tcp, 1U);
}

TEST(Ipv6Header, EncryptedAndEmptyOnesAreOtherProtocols) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v6_frame({.next_header = 50}, "encrypted")));
  EXPECT_EQ(bench.segment.ip_proto, 50);
  ASSERT_TRUE(bench.decode(v6_frame({.next_header = 59}, "")));
  EXPECT_EQ(bench.segment.ip_proto, 59);
  EXPECT_EQ(bench.decoder.counts().other_ip, 2U);
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Ipv6Header, BadOnesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v6_frame({.version = 4}, tcp({}))));
  EXPECT_EQ(bench.count(Weird::ipv6_version_bad), 1U);
  EXPECT_FALSE(bench.decode(v6_frame({}, "").substr(0, 14 + 39)));
  EXPECT_EQ(bench.count(Weird::ipv6_header_truncated), 1U);
  EXPECT_FALSE(bench.decode(v6_frame({.next_header = 0}, "\x06")));
  EXPECT_FALSE(bench.decode(v6_frame({.next_header = 0}, from_hex("06ff 0104 00000000"))));
  EXPECT_FALSE(bench.decode(v6_frame({.next_header = 44}, from_hex("0600 0001"))));
  EXPECT_EQ(bench.count(Weird::ip_extension_truncated), 3U);
}

TEST(Ipv6Header, APayloadLengthBeyondTheFrameIsCounted) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v6_frame({.payload_length = uint16_t{120}}, tcp({}, "hello"))));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_EQ(bench.segment.payload_wire_size, 100U);
  EXPECT_EQ(bench.count(Weird::ipv6_payload_length_beyond_frame), 1U);
}

TEST(Ipv6Header, AJumbogramHasTheSizeOfTheFrame) {
  const std::string jumbo_option = from_hex("06 00 c204") + be32(8 + 20 + 100'000);
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v6_frame({.next_header = 0, .payload_length = uint16_t{0}},
                                    jumbo_option + tcp({}, std::string(100'000, 'x')))));
  EXPECT_EQ(bench.segment.payload.size(), 100'000U);
  EXPECT_EQ(bench.count(Weird::ipv6_payload_length_zero), 1U);
}

TEST(Ipv6Header, AnAtomicFragmentIsAWholeDatagram) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(v6_frame({.next_header = 44}, ipv6_fragment({}, tcp({}, "hello")))));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_FALSE(bench.decoder.last_was_reassembled());
}

TEST(Ipv6Header, AChainOfExtensionsEnds) {
  std::string chain = tcp({}, "hello");
  uint8_t next = kTcp;
  for (int i = 0; i < 8000; ++i) {
    chain.insert(0, be8(next) + be8(0) + from_hex("0104 00000000"));
    next = 60;
  }
  DecodeBench bench;
  EXPECT_TRUE(bench.decode(v6_frame({.next_header = 60}, chain)));
  EXPECT_EQ(bench.payload(), "hello");
}

}  // namespace
}  // namespace telltale::test
