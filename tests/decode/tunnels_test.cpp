#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

constexpr char kOuter[] = "192.168.1.10:40000 > 203.0.113.5:";

std::string in_udp(uint16_t port, std::string_view payload) {
  return ethernet({}, ipv4({.protocol = kUdp}, udp({.dst_port = port}, payload)));
}
std::string in_ip(uint8_t protocol, std::string_view payload) {
  return ethernet({}, ipv4({.protocol = protocol}, payload));
}
std::string inner_frame() { return ethernet({.src = "00:11:22:33:44:55"}, inner_ipv4()); }

struct Case {
  const char* name;
  std::string frame;
  const char* inside;
};

TEST(Tunnel, OverUdpGivesWhatIsInside) {
  const std::string v4 = inner_ipv4();
  const std::string v6 = inner_ipv6();
  const auto gtp = [](const char* flags, const std::string& options, const std::string& inside) {
    return from_hex(flags) + from_hex("ff") + be16(options.size() + inside.size()) + be32(7) +
           options + inside;
  };
  const Case cases[] = {
      {"VXLAN", in_udp(4789, from_hex("0800000000000100") + inner_frame()), kInnerIpv4},
      {"VXLAN on the old port", in_udp(8472, from_hex("0800000000000100") + inner_frame()),
       kInnerIpv4},
      {"VXLAN with a tag inside",
       in_udp(4789, from_hex("0800000000000100") + ethernet({.type = 0x8100}, vlan(5, 0x86dd, v6))),
       kInnerIpv6},
      {"Geneve with Ethernet", in_udp(6081, from_hex("0000655800000100") + inner_frame()),
       kInnerIpv4},
      {"Geneve with options and IP",
       in_udp(6081, from_hex("0200086d 00000100").replace(2, 2, be16(0x86dd)) + zeros(8) + v6),
       kInnerIpv6},
      {"TZSP", in_udp(37008, from_hex("01000001 01") + inner_frame()), kInnerIpv4},
      {"TZSP with tags and padding",
       in_udp(37008, from_hex("01000001 00 0a01bb 290412345678 00 01") + inner_frame()),
       kInnerIpv4},
      {"TZSP with Wi-Fi",
       in_udp(37008, from_hex("01000012 01") +
                         from_hex("0801 0000 020000000001 020000000002 020000000003 0000") +
                         llc_snap(0x0800, v4)),
       kInnerIpv4},
      {"GTP-U", in_udp(2152, gtp("30", "", v4)), kInnerIpv4},
      {"GTP-U with a sequence number", in_udp(2152, gtp("32", from_hex("00010000"), v6)),
       kInnerIpv6},
      {"GTP-U with extension headers",
       in_udp(2152, gtp("34", from_hex("00000085 01100185") + from_hex("01100100"), v4)),
       kInnerIpv4},
      {"Teredo", in_udp(3544, v6), kInnerIpv6},
      {"Teredo with origin", in_udp(3544, from_hex("0000 1234 aabbccdd") + v6), kInnerIpv6},
      {"Teredo with authentication and origin",
       in_udp(3544, from_hex("0001 02 03 6964 617574 0102030405060708 00 0000 1234 aabbccdd") + v6),
       kInnerIpv6},
      {"L2TP", in_udp(1701, from_hex("0002 0001 0001 ff03 0021") + v4), kInnerIpv4},
      {"L2TP with length, sequence and offset",
       in_udp(1701, from_hex("4a02") + be16(16 + 2 + 2 + v4.size()) +
                        from_hex("0001 0001 0000 0001 0002 ffff 0021") + v4),
       kInnerIpv4},
  };
  for (const Case& c : cases) EXPECT_EQ(decoded(c.frame), c.inside) << c.name;
}

TEST(Tunnel, AnswersAreFoundByTheirSourcePort) {
  const std::string frame = ethernet(
      {}, ipv4({.protocol = kUdp}, udp({.src_port = 3544, .dst_port = 50'000}, inner_ipv6())));
  EXPECT_EQ(decoded(frame), kInnerIpv6);
}

TEST(Tunnel, OverIpGivesWhatIsInside) {
  const std::string v4 = inner_ipv4();
  const std::string v6 = inner_ipv6();
  const auto pptp = [&](const char* flags, const std::string& numbers) {
    const std::string ppp = from_hex("ff03 0021") + v4;
    return from_hex(flags) + be16(0x880b) + be16(ppp.size()) + be16(1) + numbers + ppp;
  };
  const Case cases[] = {
      {"IP in IP", in_ip(4, v4), kInnerIpv4},
      {"6in4", in_ip(41, v6), kInnerIpv6},
      {"4in6", ethernet({.type = 0x86dd}, ipv6({.next_header = 4}, v4)), kInnerIpv4},
      {"6in6 behind options",
       ethernet({.type = 0x86dd}, ipv6({.next_header = 60}, ipv6_options(41, v6))), kInnerIpv6},
      {"GRE", in_ip(47, from_hex("00000800") + v4), kInnerIpv4},
      {"GRE with checksum, key and sequence",
       in_ip(47, from_hex("b00086dd 00000000 00000001 00000002") + v6), kInnerIpv6},
      {"GRE with Ethernet", in_ip(47, from_hex("00006558") + inner_frame()), kInnerIpv4},
      {"GRE with MPLS", in_ip(47, from_hex("00008847") + mpls({5}, v4)), kInnerIpv4},
      {"GRE over IPv6",
       ethernet({.type = 0x86dd}, ipv6({.next_header = 47}, from_hex("00000800") + v4)),
       kInnerIpv4},
      {"PPTP", in_ip(47, pptp("3001", be32(1))), kInnerIpv4},
      {"PPTP with acknowledgement", in_ip(47, pptp("3081", be32(1) + be32(2))), kInnerIpv4},
      {"ERSPAN type I", in_ip(47, from_hex("000088be") + inner_frame()), kInnerIpv4},
      {"ERSPAN type II", in_ip(47, from_hex("100088be 00000001 1001000000000000") + inner_frame()),
       kInnerIpv4},
      {"ERSPAN type III",
       in_ip(47, from_hex("100022eb 00000001 200100000000000000000000") + inner_frame()),
       kInnerIpv4},
      {"ERSPAN type III with a subheader",
       in_ip(47, from_hex("100022eb 00000001 200100000000000000000001") + zeros(8) + inner_frame()),
       kInnerIpv4},
      {"ERSPAN type III with IP",
       in_ip(47, from_hex("100022eb 00000001 200100000000000000000800") + v4), kInnerIpv4},
      {"EtherIP", in_ip(97, from_hex("3000") + inner_frame()), kInnerIpv4},
      {"MPLS in IP", in_ip(137, mpls({5}, v6)), kInnerIpv6},
  };
  for (const Case& c : cases) EXPECT_EQ(decoded(c.frame), c.inside) << c.name;
}

// What is on a tunnel's port but does not look like the tunnel is a flow like any other.
TEST(Tunnel, WithoutAPlausibleInsideItIsPlainUdp) {
  const std::string garbage(64, '\x5a');
  const std::string v4 = inner_ipv4();
  const std::pair<uint16_t, std::string> cases[] = {
      {4789, from_hex("0800000000000100") + garbage},
      {4789, from_hex("0000000000000100") + inner_frame()},
      {4789, from_hex("08000000")},
      {4789, from_hex("0800000000000100") + ethernet({.type = 0x0806}, zeros(28))},
      {4789,
       from_hex("0800000000000100") + ethernet({}, ipv4({.total_length = uint16_t{999}}, "x"))},
      {6081, from_hex("8000655800000100") + inner_frame()},
      {6081, from_hex("3f00655800000100") + inner_frame()},
      {37008, from_hex("02000001 01") + inner_frame()},
      {37008, from_hex("01000001 0aff") + inner_frame()},
      {37008, from_hex("01000001") + zeros(40)},
      {2152, from_hex("3001 0004 00000000 00000000")},
      {2152, from_hex("30ff 0020 00000000") + garbage},
      {2152, from_hex("30ff ffff 00000000") + v4},
      {2152, from_hex("34ff") + be16(8 + v4.size()) + from_hex("00000000 00000085 00000000") + v4},
      {3544, garbage},
      {3544, from_hex("0001ffff") + inner_ipv6()},
      {3544, v4},
      {1701, from_hex("c802 000c 0001 0001 0000 0000")},
      {1701, from_hex("0002 0001 0001") + garbage},
      {1701, from_hex("4002 0003 0001 0001 ff03 0021") + v4},
  };
  for (const auto& [port, payload] : cases) {
    EXPECT_EQ(decoded(in_udp(port, payload)), kOuter + std::to_string(port) + " 17 " + payload)
        << port << " " << testing::PrintToString(payload);
  }
}

TEST(Tunnel, WithoutAPlausibleInsideItIsPlainIp) {
  DecodeBench bench;
  for (const auto& [protocol, payload] : std::initializer_list<std::pair<uint8_t, std::string>>{
           {4, "garbage"},
           {41, inner_ipv4().substr(0, 10)},
           {97, from_hex("4000") + inner_frame()},
           {47, from_hex("00009000") + zeros(20)},
           {47, from_hex("00000800") + zeros(20)}}) {
    ASSERT_TRUE(bench.decode(in_ip(protocol, payload)));
    EXPECT_EQ(bench.segment.ip_proto, protocol);
    EXPECT_EQ(bench.payload(), payload);
  }
  EXPECT_EQ(bench.total_weird(), 0U);
  EXPECT_EQ(bench.decoder.counts().other_ip, 5U);
}

TEST(Tunnel, ABadGreHeaderIsCountedAndPlainIp) {
  DecodeBench bench;
  for (const char* header : {"00020800", "40000800 00000000", "30010800 00000000", "1001880b 0000",
                             "b0000800 0000", "00"}) {
    ASSERT_TRUE(bench.decode(in_ip(47, from_hex(header)))) << header;
    EXPECT_EQ(bench.segment.ip_proto, 47);
  }
  EXPECT_EQ(bench.count(Weird::gre_header_bad), 6U);
}

TEST(Tunnel, WithABrokenInsideTheOutsideStays) {
  DecodeBench bench;
  const std::string broken = ipv4({}, tcp({.data_offset = uint8_t{2}}, "hidden"));
  ASSERT_TRUE(
      bench.decode(in_udp(2152, from_hex("30ff") + be16(broken.size()) + be32(1) + broken)));
  EXPECT_EQ(bench.segment.ip_proto, kUdp);
  EXPECT_EQ(bench.segment.dst.port, 2152);
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:0a");
  EXPECT_EQ(bench.payload().substr(8), broken);
  EXPECT_EQ(bench.decoder.counts().udp, 1U);
  EXPECT_EQ(bench.count(Weird::tcp_data_offset_bad), 1U);
}

TEST(Tunnel, AddressesOfTheLinkAreThoseInside) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(
      ethernet({.type = 0x8100},
               vlan(9, 0x0800,
                    ipv4({.protocol = kUdp},
                         udp({.dst_port = 4789}, from_hex("0800000000000100") + inner_frame()))))));
  EXPECT_EQ(bench.segment.src_mac.to_string(), "00:11:22:33:44:55");
  EXPECT_EQ(bench.segment.vlan, 0U);
  ASSERT_TRUE(bench.decode(in_ip(4, inner_ipv4())));
  EXPECT_TRUE(bench.segment.src_mac.is_zero()) << "whoever sent the outer frame is not the device";
}

TEST(Tunnel, TheDepthIsCapped) {
  Limits limits;
  limits.max_tunnel_depth = 3;
  DecodeBench bench(limits);
  std::string datagram = inner_ipv4();
  for (int i = 0; i < 3; ++i) datagram = ipv4({.protocol = 4}, datagram);
  ASSERT_TRUE(bench.decode(ethernet({}, datagram)));
  EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  EXPECT_EQ(bench.count(Weird::tunnel_depth_cap), 0U);
  ASSERT_TRUE(bench.decode(ethernet({}, ipv4({.protocol = 4}, datagram))));
  EXPECT_EQ(bench.segment.ip_proto, 4);
  EXPECT_EQ(bench.count(Weird::tunnel_depth_cap), 1U);
}

TEST(Tunnel, AThousandTunnelsInEachOtherEnd) {
  std::string datagram = inner_ipv4();
  for (int i = 0; i < 1000; ++i) datagram = ipv4({.protocol = 4}, datagram);
  DecodeBench bench;
  EXPECT_TRUE(bench.decode(ethernet({}, datagram)));
  EXPECT_EQ(bench.count(Weird::tunnel_depth_cap), 1U);
}

TEST(Tunnel, SnappedInsidesKeepTheirSize) {
  const std::string inside = ipv4({}, tcp({}, std::string(800, 'x')));
  const std::string frame = in_udp(2152, from_hex("30ff") + be16(inside.size()) + be32(1) + inside);
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(packet_of(frame.substr(0, 128), 1, frame.size())));
  EXPECT_EQ(bench.segment.ip_proto, kTcp);
  EXPECT_EQ(bench.segment.payload_wire_size, 800U);
  EXPECT_EQ(bench.segment.payload.size(), 128U - 14 - 28 - 8 - 40);
  EXPECT_EQ(bench.total_weird(), 0U);
}

}  // namespace
}  // namespace telltale::test
