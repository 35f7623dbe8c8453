#include "sensor/decode/fragments.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

// 40 bytes of payload that differ from each other, behind a UDP header.
std::string content() {
  std::string text;
  for (int i = 0; i < 40; ++i) text += static_cast<char>('A' + i);
  return text;
}
std::string datagram() {
  return with_checksum("192.168.1.10", "203.0.113.5", kUdp, udp({}, content()));
}
std::vector<std::string> in_ethernet(std::vector<std::string> fragments, uint16_t type = 0x0800) {
  for (std::string& fragment : fragments) fragment = ethernet({.type = type}, fragment);
  return fragments;
}
std::vector<std::string> v4_fragments(uint16_t id = 1) {
  return in_ethernet(ipv4_fragments({.protocol = kUdp, .id = id}, datagram(), 16));
}
std::vector<std::string> v6_fragments(uint32_t id = 1) {
  return in_ethernet(ipv6_fragments({.next_header = kUdp}, {.id = id}, datagram(), 16), 0x86dd);
}
std::string v4_piece(uint16_t offset, const std::string& data, bool more = true) {
  return ethernet({}, ipv4({.protocol = kUdp, .more_fragments = more, .offset = offset}, data));
}
std::string v6_piece(uint16_t offset, const std::string& data, bool more = true) {
  return ethernet({.type = 0x86dd},
                  ipv6({.next_header = 44},
                       ipv6_fragment({.next_header = kUdp, .offset = offset, .more = more}, data)));
}

// Decodes all and gives the number of segments; the last one stays in the bench.
int decode_all(DecodeBench& bench, const std::vector<std::string>& frames) {
  int segments = 0;
  for (const std::string& frame : frames) segments += bench.decode(frame) ? 1 : 0;
  return segments;
}

TEST(Fragments, InAnyOrderMakeOneSegment) {
  for (const auto& fragments : {v4_fragments(), v6_fragments()}) {
    ASSERT_EQ(fragments.size(), 3U);
    std::vector<size_t> order(fragments.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      DecodeBench bench;
      int segments = 0;
      for (size_t i = 0; i < order.size(); ++i) {
        const bool whole = bench.decode(fragments[order[i]]);
        EXPECT_EQ(whole, i + 1 == order.size());
        EXPECT_EQ(bench.decoder.last_was_reassembled(), whole);
        segments += whole ? 1 : 0;
      }
      EXPECT_EQ(segments, 1);
      EXPECT_EQ(bench.payload(), content());
      EXPECT_EQ(bench.segment.dst.port, 53);
      EXPECT_EQ(bench.total_weird(), 0U);
      EXPECT_EQ(bench.decoder.counts().udp, 3U);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Fragments, TheWholeDatagramReadsAsOneThatWasNeverFragmented) {
  DecodeBench bench;
  ASSERT_EQ(
      decode_all(bench, in_ethernet(ipv4_fragments(
                            {.protocol = kUdp, .options = from_hex("94040000")}, datagram(), 16))),
      1);
  const Bytes ip = bench.segment.ip;
  ASSERT_EQ(ip.size(), 24U + 48);
  EXPECT_EQ(load_be16(&ip[2]), ip.size());
  EXPECT_EQ(load_be16(&ip[6]), 0) << "no fragment bits";
  DecodeBench again;
  ASSERT_TRUE(again.decode(as_text(ip), 101));
  EXPECT_EQ(again.payload(), content());
  EXPECT_FALSE(again.decoder.last_was_reassembled());
}

TEST(Fragments, TheWholeIpv6DatagramHasNoFragmentHeader) {
  const std::string fragmented = datagram();
  std::vector<std::string> frames;
  for (size_t at = 0; at < fragmented.size(); at += 24) {
    const bool more = at + 24 < fragmented.size();
    frames.push_back(ethernet(
        {.type = 0x86dd}, ipv6({.next_header = 0},
                               ipv6_options(44, ipv6_fragment({.next_header = kUdp,
                                                               .offset = static_cast<uint16_t>(at),
                                                               .more = more},
                                                              fragmented.substr(at, 24))))));
  }
  DecodeBench bench;
  ASSERT_EQ(decode_all(bench, frames), 1);
  const Bytes ip = bench.segment.ip;
  ASSERT_EQ(ip.size(), 40U + 8 + 48);
  EXPECT_EQ(load_be16(&ip[4]), 56);
  EXPECT_EQ(ip[6], 0) << "options follow";
  EXPECT_EQ(ip[40], kUdp) << "and then UDP";
  EXPECT_EQ(bench.payload(), content());
}

TEST(Fragments, DuplicatesAreFine) {
  for (const auto& fragments : {v4_fragments(), v6_fragments()}) {
    DecodeBench bench;
    EXPECT_EQ(decode_all(bench, {fragments[0], fragments[0], fragments[1], fragments[1],
                                 fragments[0], fragments[2]}),
              1);
    EXPECT_EQ(bench.payload(), content());
    EXPECT_EQ(bench.total_weird(), 0U);
  }
}

TEST(Fragments, DatagramsAreKeptApart) {
  DecodeBench bench;
  const auto one = v4_fragments(1);
  const auto two = v4_fragments(2);
  EXPECT_EQ(decode_all(bench, {one[0], two[1], one[2], two[0]}), 0);
  EXPECT_TRUE(bench.decode(one[1]));
  EXPECT_TRUE(bench.decode(two[2]));
}

TEST(Fragments, OfAnotherVlanAddressOrProtocolAreAnotherDatagrams) {
  const std::string data = datagram();
  const std::string rest = ipv4({.protocol = kUdp, .offset = 24}, data.substr(24));
  const std::vector<std::string> others = {
      ethernet({.type = 0x8100}, vlan(5, 0x0800, rest)),
      ethernet({}, ipv4({.src = "192.168.1.11", .protocol = kUdp, .offset = 24}, data.substr(24))),
      ethernet({}, ipv4({.protocol = 99, .offset = 24}, data.substr(24))),
      ethernet({}, ipv4({.protocol = kUdp, .id = 9, .offset = 24}, data.substr(24))),
  };
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(0, data.substr(0, 24))));
  EXPECT_EQ(decode_all(bench, others), 0);
  EXPECT_TRUE(bench.decode(ethernet({}, rest)));
}

TEST(Fragments, TheFirstAloneYieldsNothing) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_fragments()[0]));
  EXPECT_FALSE(bench.decode(v6_fragments()[0]));
  EXPECT_EQ(bench.decoder.counts().udp, 2U);
}

TEST(Fragments, OfIpv4ThatOverlapAreCountedAndTheFirstWins) {
  const std::string data = datagram();
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(0, data.substr(0, 24))));
  EXPECT_FALSE(bench.decode(v4_piece(16, std::string(8, '!') + data.substr(24, 8))));
  EXPECT_EQ(bench.count(Weird::ipv4_fragment_overlap), 1U);
  EXPECT_TRUE(bench.decode(v4_piece(32, data.substr(32), false)));
  EXPECT_EQ(bench.payload(), content());
}

TEST(Fragments, OfIpv4ThatOverlapFromBeforeFillOnlyTheGaps) {
  const std::string data = datagram();
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(8, data.substr(8, 8))));
  EXPECT_FALSE(bench.decode(v4_piece(24, data.substr(24, 8))));
  EXPECT_TRUE(bench.decode(v4_piece(40, data.substr(40), false)) == false);
  std::string everything = data;
  for (const size_t at : {8U, 24U}) everything.replace(at, 8, "????????");
  EXPECT_TRUE(bench.decode(v4_piece(0, everything.substr(0, 40))));
  EXPECT_EQ(bench.payload(), content());
  EXPECT_EQ(bench.count(Weird::ipv4_fragment_overlap), 1U);
}

TEST(Fragments, OfIpv4InsideOthersAreCountedWhenTheyDiffer) {
  const std::string data = datagram();
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(0, data.substr(0, 32))));
  EXPECT_FALSE(bench.decode(v4_piece(8, data.substr(8, 8))));
  EXPECT_EQ(bench.count(Weird::ipv4_fragment_overlap), 0U);
  EXPECT_FALSE(bench.decode(v4_piece(8, std::string(8, '!'))));
  EXPECT_EQ(bench.count(Weird::ipv4_fragment_overlap), 1U);
  EXPECT_TRUE(bench.decode(v4_piece(32, data.substr(32), false)));
  EXPECT_EQ(bench.payload(), content());
}

TEST(Fragments, OfIpv6ThatOverlapDropTheDatagram) {
  const std::string data = datagram();
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v6_piece(0, data.substr(0, 24))));
  EXPECT_FALSE(bench.decode(v6_piece(16, data.substr(16, 16))));
  EXPECT_EQ(bench.count(Weird::ipv6_fragment_overlap), 1U);
  EXPECT_FALSE(bench.decode(v6_piece(32, data.substr(32), false)));
  EXPECT_EQ(decode_all(bench, v6_fragments()), 0) << "what comes later is dropped too";
  EXPECT_EQ(bench.count(Weird::ipv6_fragment_overlap), 1U);
}

TEST(Fragments, BeyondTheLastOneAreCounted) {
  const std::string data = datagram();
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(32, data.substr(32), false)));
  EXPECT_FALSE(bench.decode(v4_piece(48, zeros(8))));
  EXPECT_FALSE(bench.decode(v4_piece(40, zeros(16), false)));
  EXPECT_EQ(bench.count(Weird::fragment_end_conflict), 2U);
  EXPECT_TRUE(bench.decode(v4_piece(0, data.substr(0, 32))));
  EXPECT_EQ(bench.payload(), content());
  EXPECT_FALSE(bench.decode(v4_piece(48, zeros(8))));
  EXPECT_FALSE(bench.decode(v4_piece(32, data.substr(32), false)));
  EXPECT_EQ(bench.count(Weird::fragment_end_conflict), 3U) << "an end before what is there";
}

TEST(Fragments, ThatMakeTooLongADatagramAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(65'528, zeros(16), false)));
  EXPECT_FALSE(bench.decode(v6_piece(65'528, zeros(16), false)));
  EXPECT_FALSE(bench.decode(v4_piece(65'512, zeros(4), false)));
  EXPECT_EQ(bench.count(Weird::fragment_oversize), 3U);
  EXPECT_FALSE(bench.decode(v4_piece(65'512, zeros(3), false))) << "65535 bytes are allowed";
  EXPECT_EQ(bench.count(Weird::fragment_oversize), 3U);
}

TEST(Fragments, ALongHeaderMayMakeTheDatagramTooLong) {
  DecodeBench bench;
  std::string first = ethernet(
      {}, ipv4({.protocol = kUdp, .more_fragments = true, .options = std::string(40, '\1')},
               zeros(65'448)));
  EXPECT_FALSE(bench.decode(first));
  EXPECT_FALSE(bench.decode(v4_piece(65'448, zeros(60), false)));
  EXPECT_EQ(bench.count(Weird::fragment_oversize), 1U);
}

TEST(Fragments, EmptyOddAndSnappedOnesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(v4_piece(8, "")));
  EXPECT_EQ(bench.count(Weird::fragment_empty), 1U);
  EXPECT_FALSE(bench.decode(v4_piece(8, zeros(12))));
  EXPECT_EQ(bench.count(Weird::fragment_size_not_multiple_of_8), 1U);
  const std::string frame = v4_piece(8, zeros(400));
  EXPECT_FALSE(bench.decode(packet_of(frame.substr(0, 96), 1, frame.size())));
  EXPECT_EQ(bench.count(Weird::fragment_snapped), 1U);
}

TEST(Fragments, InsideAReassembledDatagramAreCounted) {
  const std::string nested = ipv6_fragment({.next_header = kUdp, .more = true}, zeros(40));
  DecodeBench bench;
  std::vector<std::string> frames =
      in_ethernet(ipv6_fragments({.next_header = 44}, {}, nested, 24), 0x86dd);
  EXPECT_EQ(decode_all(bench, frames), 0);
  EXPECT_EQ(bench.count(Weird::ipv6_fragment_in_fragment), 1U);
}

TEST(Fragments, OfATunnelAndOfWhatIsInsideAreBothPutTogether) {
  const auto inner = ipv4_fragments({.src = "10.1.0.2", .protocol = kUdp}, datagram(), 24);
  DecodeBench bench;
  int segments = 0;
  uint16_t id = 100;
  for (const std::string& fragment : inner) {
    const auto outer = ipv4_fragments({.protocol = 4, .id = id++}, fragment, 16);
    segments += decode_all(bench, in_ethernet(outer));
  }
  EXPECT_EQ(segments, 1);
  EXPECT_EQ(bench.payload(), content());
  EXPECT_EQ(bench.segment.src.address.to_string(), "10.1.0.2");
}

TEST(Fragments, WaitAsLongAsTheLimitSays) {
  Limits limits;
  limits.fragment_timeout = std::chrono::seconds{30};
  for (const int seconds : {30, 31}) {
    DecodeBench bench(limits);
    const auto fragments = v4_fragments();
    bench.decode(fragments[0]);
    bench.decode(fragments[1]);
    Packet last = packet_of(fragments[2]);
    last.ts += std::chrono::seconds{seconds};
    EXPECT_EQ(bench.decode(last), seconds == 30);
    EXPECT_EQ(bench.count(Weird::fragment_group_timed_out), seconds == 30 ? 0U : 1U);
  }
}

TEST(Fragments, BeyondTheCapOfGroupsTheOldestGoes) {
  Limits limits;
  limits.max_fragment_groups = 2;
  DecodeBench bench(limits);
  for (const uint16_t id : std::vector<uint16_t>{1, 2, 3}) bench.decode(v4_fragments(id)[0]);
  EXPECT_EQ(bench.count(Weird::fragment_group_evicted), 1U);
  for (const uint16_t id : std::vector<uint16_t>{2, 3}) {
    EXPECT_FALSE(bench.decode(v4_fragments(id)[1]));
    EXPECT_TRUE(bench.decode(v4_fragments(id)[2])) << id;
  }
  EXPECT_FALSE(bench.decode(v4_fragments(1)[1]));
  EXPECT_FALSE(bench.decode(v4_fragments(1)[2]));
}

// Straight at the defragmenter, where what is held can be seen.
TEST(Fragments, HoldNoMoreBytesThanTheCap) {
  Limits limits;
  limits.max_fragment_bytes = 100'000;
  WeirdCounts weird;
  Fragments fragments(limits, weird);
  const std::string header(20, 'h');
  const std::string data(8, 'd');
  for (uint32_t id = 0; id < 500; ++id) {
    Fragment fragment;
    fragment.key.id = id;
    fragment.header = as_bytes(header);
    fragment.next_header_at = 9;
    fragment.data = {as_bytes(data), data.size()};
    fragment.offset = 60'000;
    EXPECT_TRUE(fragments.add(fragment, Timestamp{}).empty());
    EXPECT_LE(fragments.bytes_held(), limits.max_fragment_bytes);
    EXPECT_GE(fragments.groups(), 1U);
  }
  EXPECT_EQ(weird[Weird::fragment_group_evicted], 500U - fragments.groups());
}

TEST(Fragments, NothingIsHeldWhenAllIsDone) {
  Limits limits;
  WeirdCounts weird;
  Fragments fragments(limits, weird);
  const std::string header(20, 'h');
  const std::string data(64, 'd');
  for (uint32_t id = 0; id < 50; ++id) {
    for (const size_t at : {32U, 0U, 16U}) {
      Fragment fragment;
      fragment.key.id = id;
      fragment.header = as_bytes(header);
      fragment.data = {as_bytes(data).first(16), 16};
      fragment.offset = at;
      fragment.last = at == 32;
      fragments.add(fragment, Timestamp{});
    }
    EXPECT_TRUE(fragments.has_completed());
    fragments.forget_completed();
  }
  EXPECT_EQ(fragments.groups(), 0U);
  EXPECT_EQ(fragments.bytes_held(), 0U);
}

// Against the simplest reassembly there is: a byte belongs to whoever sent it first.
TEST(Fragments, OfAnyOverlapAreAsASimpleModelSays) {
  std::mt19937 random(7);
  const std::string header(20, 'h');
  for (int round = 0; round < 300; ++round) {
    Limits limits;
    WeirdCounts weird;
    Fragments fragments(limits, weird);
    std::string model(128, '\0');
    size_t known = 0;
    std::string whole;
    for (int piece = 0; piece < 200 && whole.empty(); ++piece) {
      const size_t offset = random() % 16 * 8;
      const size_t size = std::min<size_t>((random() % 5 + 1) * 8, 128 - offset);
      const std::string data(size, static_cast<char>('a' + piece % 26));
      for (size_t i = 0; i < size; ++i) {
        if (model[offset + i] != '\0') continue;
        model[offset + i] = data[i];
        ++known;
      }
      Fragment fragment;
      fragment.header = as_bytes(header);
      fragment.data = {as_bytes(data), size};
      fragment.offset = offset;
      fragment.last = offset + size == 128;
      whole = as_text(Bytes{fragments.add(fragment, Timestamp{})});
      ASSERT_EQ(whole.empty(), known < 128);
    }
    if (!whole.empty()) {
      ASSERT_EQ(whole.substr(20), model);
    }
  }
}

}  // namespace
}  // namespace telltale::test
