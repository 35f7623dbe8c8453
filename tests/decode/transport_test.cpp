#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

TEST(TcpHeader, IsReadWhole) {
  DecodeBench bench;
  ASSERT_TRUE(
      bench.decode(tcp_frame({.src_port = 51'000, .dst_port = 443},
                             {.seq = 0xfffffffe, .ack = 0x80000001, .flags = 0xff}, "hello")));
  EXPECT_EQ(bench.segment.src.port, 51'000);
  EXPECT_EQ(bench.segment.dst.port, 443);
  EXPECT_EQ(bench.segment.tcp.seq, 0xfffffffeU);
  EXPECT_EQ(bench.segment.tcp.ack, 0x80000001U);
  EXPECT_EQ(bench.segment.tcp.flags, 0xff);
  EXPECT_EQ(bench.payload(), "hello");
}

TEST(TcpHeader, OptionsAreSteppedOver) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(tcp_frame(Path{}, {.options = std::string(40, '\1')}, "hello")));
  EXPECT_EQ(bench.payload(), "hello");
}

TEST(TcpHeader, ABadDataOffsetIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(tcp_frame(Path{}, {.data_offset = uint8_t{4}}, "hello")));
  EXPECT_FALSE(bench.decode(tcp_frame(Path{}, {.data_offset = uint8_t{7}}, "hello")));
  EXPECT_EQ(bench.count(Weird::tcp_data_offset_bad), 2U);
  EXPECT_TRUE(bench.decode(tcp_frame(Path{}, {.data_offset = uint8_t{6}}, "hello")));
  EXPECT_EQ(bench.payload(), "o");
  EXPECT_EQ(bench.decoder.counts().tcp, 3U);
}

TEST(TcpHeader, ATruncatedOneIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ip_frame(Path{}, kTcp, std::string(19, 'x'))));
  EXPECT_EQ(bench.count(Weird::tcp_header_truncated), 1U);
}

struct UdpCase {
  uint16_t length;
  const char* payload;
  Weird weird;
};

TEST(UdpHeader, ALengthThatIsNotTheDatagramsIsCounted) {
  const UdpCase cases[] = {
      {0, "0123456789", Weird::udp_length_too_short},
      {7, "0123456789", Weird::udp_length_too_short},
      {8, "", Weird::udp_length_short_of_datagram},
      {12, "0123", Weird::udp_length_short_of_datagram},
      {19, "0123456789", Weird::udp_length_beyond_datagram},
      {65'535, "0123456789", Weird::udp_length_beyond_datagram},
  };
  for (const UdpCase& c : cases) {
    DecodeBench bench;
    ASSERT_TRUE(bench.decode(ip_frame(Path{}, kUdp, udp({.length = c.length}, "0123456789"))));
    EXPECT_EQ(bench.payload(), c.payload) << c.length;
    EXPECT_EQ(bench.segment.payload_wire_size, bench.payload().size()) << c.length;
    EXPECT_EQ(bench.count(c.weird), 1U) << c.length;
    EXPECT_EQ(bench.total_weird(), 1U) << c.length;
  }
}

TEST(UdpHeader, ATruncatedOneIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ip_frame(Path{}, kUdp, "1234567")));
  EXPECT_EQ(bench.count(Weird::udp_header_truncated), 1U);
}

TEST(UdpHeader, AnEmptyPayloadIsASegment) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(udp_frame(Path{}, "")));
  EXPECT_TRUE(bench.segment.payload.empty());
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(UdpHeader, ASnappedDatagramIsNotWeird) {
  const std::string frame = udp_frame(Path{}, std::string(500, 'x'));
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(packet_of(frame.substr(0, 96), 1, frame.size())));
  EXPECT_EQ(bench.segment.payload.size(), 96U - 14 - 20 - 8);
  EXPECT_EQ(bench.segment.payload_wire_size, 500U);
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(IcmpHeader, AnEchosPortsAreItsIdentifier) {
  for (const uint8_t type : std::vector<uint8_t>{0, 8}) {
    DecodeBench bench;
    ASSERT_TRUE(bench.decode(ip_frame(Path{}, kIcmp, icmp({.type = type, .id = 0x1234}, "ping"))));
    EXPECT_EQ(bench.segment.src.port, 0x1234);
    EXPECT_EQ(bench.segment.dst.port, 0x1234);
    EXPECT_EQ(bench.segment.icmp.type, type);
    EXPECT_EQ(bench.segment.payload.size(), 12U) << "what follows the IP header";
  }
  for (const uint8_t type : std::vector<uint8_t>{128, 129}) {
    DecodeBench bench;
    ASSERT_TRUE(bench.decode(ip_frame({.src = "fe80::1", .dst = "fe80::2"}, kIcmpV6,
                                      icmp({.type = type, .id = 0x1234}, "ping"))));
    EXPECT_EQ(bench.segment.src.port, 0x1234);
    EXPECT_EQ(bench.segment.dst.port, 0x1234);
  }
}

TEST(IcmpHeader, OtherMessagesHaveNoPorts) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(ip_frame(Path{}, kIcmp, icmp({.type = 3, .code = 13}, zeros(28)))));
  EXPECT_EQ(bench.segment.src.port, 0);
  EXPECT_EQ(bench.segment.icmp.type, 3);
  EXPECT_EQ(bench.segment.icmp.code, 13);
  ASSERT_TRUE(bench.decode(ip_frame(Path{}, kIcmp, icmp({.type = 128}, "not an echo in IPv4"))));
  EXPECT_EQ(bench.segment.src.port, 0);
}

TEST(IcmpHeader, TruncatedOnesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(ip_frame(Path{}, kIcmp, from_hex("030000"))));
  EXPECT_FALSE(bench.decode(ip_frame(Path{}, kIcmp, from_hex("0800000012"))));
  EXPECT_EQ(bench.count(Weird::icmp_header_truncated), 2U);
  EXPECT_TRUE(bench.decode(ip_frame(Path{}, kIcmp, from_hex("03000000"))));
}

TEST(SctpHeader, HasPortsAndIsPartOfThePayload) {
  DecodeBench bench;
  const std::string packet = be16(7) + be16(9) + zeros(8) + "chunk";
  ASSERT_TRUE(bench.decode(ip_frame(Path{}, kSctp, packet)));
  EXPECT_EQ(bench.segment.src.port, 7);
  EXPECT_EQ(bench.segment.dst.port, 9);
  EXPECT_EQ(bench.payload(), packet);
  EXPECT_FALSE(bench.decode(ip_frame(Path{}, kSctp, zeros(11))));
  EXPECT_EQ(bench.count(Weird::sctp_header_truncated), 1U);
}

}  // namespace
}  // namespace telltale::test
