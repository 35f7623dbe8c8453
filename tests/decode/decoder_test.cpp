// What holds for every packet: counting, truncation anywhere, snapped captures, lifetimes.
#include "sensor/decode/decoder.h"

#include <chrono>
#include <vector>

#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

// Frames of every family of layers, each with its link type.
std::vector<std::pair<uint32_t, std::string>> samples() {
  const std::string v4 = inner_ipv4();
  const std::string v6 = inner_ipv6();
  const std::string inner_frame = ethernet({}, v4);
  const auto in_udp = [](uint16_t port, const std::string& payload) {
    return ethernet({}, ipv4({.protocol = kUdp}, udp({.dst_port = port}, payload)));
  };
  const auto in_gre = [](const std::string& payload) {
    return ethernet({}, ipv4({.protocol = 47}, payload));
  };
  return {
      {1, ethernet({}, v4)},
      {1, ethernet({.type = 0x86dd}, v6)},
      {1, ethernet({.type = 0x8100}, vlan(5, 0x88a8, vlan(6, 0x0800, v4)))},
      {1, ethernet({.type = 0x8847}, mpls({16, 17}, v4))},
      {1, ethernet({.type = 0x8847}, mpls({16}, zeros(4) + inner_frame))},
      {1, ethernet({.type = 0x8864}, pppoe(be16(0x0021) + v4))},
      {1, ethernet({.type = static_cast<uint16_t>(8 + v4.size())}, llc_snap(0x0800, v4))},
      {1, ethernet({}, ipv4({.options = from_hex("94040000")}, tcp({}, "options")))},
      {1, ethernet({.type = 0x86dd},
                   ipv6({.next_header = 0}, ipv6_options(60, ipv6_options(kUdp, udp({}, "x")))))},
      {1,
       ethernet({.type = 0x86dd}, ipv6({.next_header = 44}, ipv6_fragment({}, tcp({}, "atomic"))))},
      {1, in_udp(4789, from_hex("0800000000000100") + inner_frame)},
      {1, in_udp(6081, from_hex("0100655800000100 00000000") + inner_frame)},
      {1, in_udp(37008, from_hex("01000001 0a0100 01") + inner_frame)},
      {1, in_udp(2152, from_hex("34ff") + be16(v4.size() + 8) + be32(1) + from_hex("00000085") +
                           from_hex("01000100") + v4)},
      {1, in_udp(3544, from_hex("0001000000000000000000000000").substr(0, 13) +
                           from_hex("0000000000000000") + v6)},
      {1, in_udp(1701, from_hex("0002 0001 0001 ff03 0021") + v4)},
      {1, in_gre(from_hex("20000800 00000001") + v4)},
      {1, in_gre(from_hex("100088be 00000001 1000000000000000") + inner_frame)},
      {1, in_gre(from_hex("3001880b") + be16(v4.size() + 4) + from_hex("0001 00000001 ff030021") +
                 v4)},
      {1, ethernet({}, ipv4({.protocol = 41}, v6))},
      {1, ethernet({}, ipv4({.protocol = kIcmp}, icmp({}, "ping")))},
      {1, ethernet({}, ipv4({.protocol = kSctp}, from_hex("00070009 00000000 00000000 01")))},
      {0, le32(2) + v4},
      {9, from_hex("ff030021") + v4},
      {101, v6},
      {113, from_hex("0000 0001 0006 02000000000a 0000 0800") + v4},
      {276, from_hex("0800 0000 00000001 0001 00 06 02000000000a 0000") + v4},
      {105, from_hex("8801 0000 020000000001 02000000000a 020000000002 0000 0000") +
                llc_snap(0x0800, v4)},
      {127, from_hex("0000 0900 02000000 10") +
                from_hex("0802 0000 020000000001 02000000000a 020000000002 0000") +
                llc_snap(0x86dd, v6) + "FCS!"},
      {192, from_hex("0000 0800 01000000") + inner_frame},
  };
}

bool is_inside(Bytes inner, Bytes outer) {
  return inner.empty() || (inner.data() >= outer.data() &&
                           inner.data() + inner.size() <= outer.data() + outer.size());
}

TEST(Decoder, EverySampleHoldsASegment) {
  size_t number = 0;
  for (const auto& [link_type, frame] : samples()) {
    DecodeBench bench;
    EXPECT_TRUE(bench.decode(frame, link_type)) << "sample " << number;
    EXPECT_FALSE(bench.segment.payload.empty()) << "sample " << number;
    EXPECT_EQ(bench.total_weird(), 0U) << "sample " << number;
    EXPECT_FALSE(bench.decoder.last_was_reassembled());
    ++number;
  }
}

TEST(Decoder, AFrameCutAnywhereNeverGivesBytesOutsideIt) {
  for (const auto& [link_type, frame] : samples()) {
    for (size_t size = 0; size <= frame.size(); ++size) {
      for (const bool snapped : {false, true}) {
        DecodeBench bench;
        const auto wire = snapped ? frame.size() : size;
        const std::string cut = frame.substr(0, size);
        const bool has_segment = bench.decode(packet_of(cut, link_type, wire));
        if (has_segment) {
          const Bytes block{bench.block.get(), size};
          EXPECT_TRUE(is_inside(bench.segment.ip, block));
          EXPECT_TRUE(is_inside(bench.segment.payload, bench.segment.ip));
          EXPECT_LE(bench.segment.payload.size(), bench.segment.payload_wire_size);
        }
        EXPECT_EQ(bench.total_packets(), 1U);
      }
    }
  }
}

TEST(Decoder, AFrameWithAnyByteChangedNeverGivesBytesOutsideIt) {
  for (const auto& [link_type, frame] : samples()) {
    DecodeBench bench;
    for (size_t at = 0; at < frame.size(); ++at) {
      for (const uint8_t value : std::vector<uint8_t>{0x00, 0x01, 0x40, 0x7f, 0x80, 0xff}) {
        std::string changed = frame;
        changed[at] = static_cast<char>(value);
        if (!bench.decode(changed, link_type) || bench.decoder.last_was_reassembled()) continue;
        EXPECT_TRUE(is_inside(bench.segment.ip, {bench.block.get(), changed.size()}));
        EXPECT_TRUE(is_inside(bench.segment.payload, bench.segment.ip));
      }
    }
  }
}

TEST(Decoder, TellsTimeFrameAndSizeOfThePacket) {
  DecodeBench bench;
  const std::string frame = tcp_frame(Path{}, {.seq = 5, .ack = 6, .flags = kSyn | kAck}, "hello");
  Packet packet = packet_of(frame);
  packet.frame = {3, 99};
  ASSERT_TRUE(bench.decode(packet));
  EXPECT_EQ(bench.segment.ts, packet.ts);
  EXPECT_EQ(bench.segment.frame, (FrameRef{3, 99}));
  EXPECT_EQ(bench.segment.wire_size, frame.size());
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:0a");
  EXPECT_EQ(bench.segment.dst_mac.to_string(), "02:00:00:00:00:01");
  EXPECT_EQ(bench.segment.ip.size(), frame.size() - 14);
}

TEST(Decoder, NothingIsLeftOfThePacketBefore) {
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(ethernet({.type = 0x8100}, vlan(7, 0x0800, inner_ipv4()))));
  ASSERT_TRUE(bench.decode(ipv4({.protocol = kUdp}, udp({}, "x")), 101));
  EXPECT_EQ(bench.segment.vlan, 0U);
  EXPECT_TRUE(bench.segment.src_mac.is_zero());
  EXPECT_EQ(bench.segment.tcp.seq, 0U);
  EXPECT_EQ(bench.segment.tcp.flags, 0);
}

TEST(Decoder, CountsEveryPacketOnce) {
  DecodeBench bench;
  bench.decode(tcp_frame(Path{}, {}, "x"));
  bench.decode(udp_frame(Path{}, "x"));
  bench.decode(ip_frame(Path{}, kIcmp, icmp({}, "x")));
  bench.decode(ip_frame({.src = "fe80::1", .dst = "ff02::1"}, kIcmpV6, icmp({.type = 128}, "x")));
  bench.decode(ip_frame(Path{}, kSctp, zeros(12)));
  bench.decode(ip_frame(Path{}, 89, "ospf"));
  bench.decode(ethernet({.type = 0x0806}, zeros(28)));
  bench.decode(ethernet({.type = 0x88cc}, "lldp"));
  bench.decode("short");
  bench.decode(ip_frame(Path{}, kTcp, "truncated"));  // still TCP
  bench.decode(ethernet({}, ipv4({.protocol = kUdp, .more_fragments = true}, zeros(8))));
  const DecodeCounts& counts = bench.decoder.counts();
  EXPECT_EQ(counts.tcp, 2U);
  EXPECT_EQ(counts.udp, 2U);
  EXPECT_EQ(counts.icmp, 1U);
  EXPECT_EQ(counts.icmpv6, 1U);
  EXPECT_EQ(counts.sctp, 1U);
  EXPECT_EQ(counts.other_ip, 1U);
  EXPECT_EQ(counts.arp, 1U);
  EXPECT_EQ(counts.non_ip, 2U);
}

TEST(Decoder, ASnappedPacketTellsHowMuchThereWas) {
  const std::string frame = tcp_frame(Path{}, {}, std::string(1000, 'x'));
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(packet_of(frame.substr(0, 14 + 20 + 20 + 100), 1, frame.size())));
  EXPECT_EQ(bench.segment.payload.size(), 100U);
  EXPECT_EQ(bench.segment.payload_wire_size, 1000U);
  EXPECT_EQ(bench.segment.wire_size, frame.size());
  ASSERT_TRUE(bench.decode(packet_of(frame.substr(0, 14 + 20 + 20), 1, frame.size())));
  EXPECT_EQ(bench.segment.payload.size(), 0U);
  EXPECT_EQ(bench.segment.payload_wire_size, 1000U);
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Decoder, ASnapInsideTcpOptionsStillTellsTheSize) {
  const std::string frame =
      tcp_frame(Path{}, {.options = from_hex("0101080a0000000100000002")}, "0123456789");
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(packet_of(frame.substr(0, 14 + 20 + 24), 1, frame.size())));
  EXPECT_TRUE(bench.segment.payload.empty());
  EXPECT_EQ(bench.segment.payload_wire_size, 10U);
}

TEST(Decoder, AWireSizeSmallerThanTheBytesIsNotBelieved) {
  const std::string frame = tcp_frame(Path{}, {}, "hello");
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(packet_of(frame, 1, 10)));
  EXPECT_EQ(bench.payload(), "hello");
  EXPECT_EQ(bench.segment.payload_wire_size, 5U);
}

}  // namespace
}  // namespace telltale::test
