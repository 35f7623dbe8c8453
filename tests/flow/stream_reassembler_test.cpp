#include "sensor/flow/stream_reassembler.h"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/flow/segments.h"

namespace telltale {
namespace {

using test::endpoint;
using test::SegmentMaker;
using testing::ElementsAre;

// What came out: "bytes" as they stand, a gap as "[n]".
struct Output final : ChunkSink {
  void on_chunk(const Chunk& chunk) override {
    EXPECT_EQ(chunk.offset, next + chunk.gap) << "offsets count every byte and every gap";
    next = chunk.offset + chunk.bytes.size();
    if (chunk.gap > 0) text += "[" + std::to_string(chunk.gap) + "]";
    text += as_text(chunk.bytes);
    frames.push_back(chunk.frame.number);
  }
  std::string text;
  std::vector<uint32_t> frames;
  uint64_t next = 0;
};

class StreamReassemblerTest : public testing::Test {
 protected:
  Segment segment(uint32_t seq, std::string_view payload, uint8_t flags = kAck) {
    return SegmentMaker(endpoint("10.0.0.1", 1), endpoint("10.0.0.2", 2))
        .frame(++frame)
        .tcp(flags, seq)
        .payload(payload);
  }
  void add(uint32_t seq, std::string_view payload, uint8_t flags = kAck) {
    stream.add(segment(seq, payload, flags), out);
  }
  void ack(uint32_t number) {
    stream.on_ack(SegmentMaker(endpoint("10.0.0.2", 2), endpoint("10.0.0.1", 1))
                      .frame(++frame)
                      .tcp(kAck, 0, number),
                  out);
  }
  std::string finish() {
    stream.finish(out);
    EXPECT_EQ(budget.held, 0U) << "buffers are empty after the end";
    return out.text;
  }

  Limits limits;
  WeirdCounts weird;
  ReassemblyBudget budget{limits, weird};
  StreamReassembler stream{Direction::to_server, budget};
  Output out;
  uint32_t frame = 0;
};

TEST_F(StreamReassemblerTest, PassesOrderedDataOnWithoutCopying) {
  struct Look final : ChunkSink {
    void on_chunk(const Chunk& chunk) override { seen = chunk; }
    Chunk seen;
  } look;
  const std::string payload = "abc";
  const Segment one = segment(10, payload);
  stream.add(one, look);
  EXPECT_EQ(look.seen.bytes.data(), one.payload.data());
  EXPECT_EQ(look.seen.frame, one.frame);
  EXPECT_EQ(look.seen.ts, one.ts);
  EXPECT_EQ(look.seen.direction, Direction::to_server);
}

TEST_F(StreamReassemblerTest, SynAndFinTakeOneNumberEachAndMayCarryData) {
  add(100, "tfo", kSyn);
  add(104, "abc", kAck | kFin);
  add(108, "", kAck);
  EXPECT_EQ(finish(), "tfoabc");
}

TEST_F(StreamReassemblerTest, HoldsWhatComesEarlyAndKeepsItsFrame) {
  add(1, "a");
  add(3, "c");
  add(4, "d");
  EXPECT_EQ(out.text, "a");
  EXPECT_EQ(stream.held_segments(), 2U);
  add(2, "b");
  EXPECT_EQ(out.text, "abcd");
  EXPECT_THAT(out.frames, ElementsAre(1, 4, 2, 3));
  EXPECT_EQ(stream.gaps(), 0U);
}

TEST_F(StreamReassemblerTest, AKnownStartLetsTheFirstSegmentComeSecond) {
  stream.start_at(1);
  add(4, "def");
  add(1, "abc");
  EXPECT_EQ(finish(), "abcdef");
}

TEST_F(StreamReassemblerTest, WithoutAKnownStartEarlierDataIsLeftOutAndCounted) {
  add(4, "def");
  add(1, "abc");
  add(2, "bcdefg");
  EXPECT_EQ(finish(), "defg");
  EXPECT_EQ(weird[Weird::tcp_data_before_start], 2U);
  EXPECT_FALSE(stream.conflict());
}

TEST_F(StreamReassemblerTest, AnAcknowledgedHoleIsBridgedOnceDataFollowsIt) {
  add(1, "a");
  add(5, "e");
  ack(4);  // not all of the hole
  EXPECT_EQ(out.text, "a");
  ack(6);
  EXPECT_EQ(out.text, "a[3]e");
  EXPECT_EQ(stream.gap_bytes(), 3U);
  EXPECT_EQ(weird[Weird::tcp_gap], 1U);
}

TEST_F(StreamReassemblerTest, DataThatIsCapturedAfterItsAcknowledgementIsNotLost) {
  add(1, "a");
  ack(4);
  add(2, "bc");
  add(4, "d");
  EXPECT_EQ(finish(), "abcd");
}

TEST_F(StreamReassemblerTest, AnEarlierAcknowledgementBridgesTheHoleWhenDataFollows) {
  add(1, "a");
  ack(4);
  add(4, "d");
  EXPECT_EQ(out.text, "a[2]d");
}

TEST_F(StreamReassemblerTest, TheEndTellsHolesAndWhatWasAcknowledgedButNeverSeen) {
  add(1, "a");
  add(3, "c");
  ack(14);
  EXPECT_EQ(finish(), "a[1]c[10]");
}

TEST_F(StreamReassemblerTest, TheAcknowledgementOfAFinIsNotAByte) {
  add(1, "ab");
  ack(4);
  EXPECT_EQ(finish(), "ab");
}

TEST_F(StreamReassemblerTest, AFinBehindAHoleTellsWhatIsMissing) {
  add(1, "ab");
  add(8, "", kFin | kAck);
  EXPECT_EQ(finish(), "ab[5]");
}

TEST_F(StreamReassemblerTest, ImplausibleAcknowledgementsAreIgnored) {
  add(1, "ab");
  ack(3 + 0x50000000);
  ack(2);
  EXPECT_EQ(finish(), "ab");
}

TEST_F(StreamReassemblerTest, TheFirstOfTwoOverlappingSegmentsWins) {
  add(1, "a");
  add(4, "DEF");
  add(2, "bcdefghi");
  EXPECT_EQ(finish(), "abcDEFghi");
  EXPECT_THAT(out.frames, ElementsAre(1, 3, 2, 3));
  ASSERT_TRUE(stream.conflict());
  EXPECT_EQ(stream.conflict()->number, 3U);
  EXPECT_EQ(weird[Weird::tcp_overlap_conflict], 1U);
}

TEST_F(StreamReassemblerTest, AnOverlapThatAgreesIsNoConflict) {
  add(1, "abc");
  add(5, "efg");
  add(2, "bcdefghi");
  add(1, "abcdefghi");
  EXPECT_EQ(finish(), "abcdefghi");
  EXPECT_FALSE(stream.conflict());
}

TEST_F(StreamReassemblerTest, ARetransmissionOfDeliveredDataWithOtherContentIsAConflict) {
  add(1, "GET /good");
  add(5, "/evil");
  EXPECT_EQ(finish(), "GET /good");
  ASSERT_TRUE(stream.conflict());
  EXPECT_EQ(stream.conflict()->number, 2U);
}

TEST_F(StreamReassemblerTest, OnlyWhatIsStillKeptIsCompared) {
  const std::string filler(StreamReassembler::kTail, 'x');
  add(1, "abc");
  add(4, filler);
  add(1, "ABC");
  EXPECT_FALSE(stream.conflict());
  add(3, "Cx");  // its second byte is kept, and equal
  EXPECT_FALSE(stream.conflict());
  add(3, "Cy");
  EXPECT_TRUE(stream.conflict());
}

TEST_F(StreamReassemblerTest, AKeepAliveProbeIsNoConflict) {
  add(1, "abc");
  add(3, std::string_view("\0", 1));
  EXPECT_FALSE(stream.conflict());
  add(2, "X");
  EXPECT_TRUE(stream.conflict());
}

TEST_F(StreamReassemblerTest, StreamsToTheClientAreNotCompared) {
  StreamReassembler download{Direction::to_client, budget};
  download.add(segment(1, "abc"), out);
  EXPECT_EQ(budget.held, 0U);
  download.add(segment(1, "abX"), out);
  EXPECT_FALSE(download.conflict());
}

TEST_F(StreamReassemblerTest, BytesThatTheCaptureCutOffAreAGap) {
  Segment cut = segment(1, "abc");
  cut.payload_wire_size = 10;
  stream.add(cut, out);
  add(11, "k");
  EXPECT_EQ(out.text, "abc[7]k");
  cut = segment(14, "");
  cut.payload_wire_size = 2;
  stream.add(cut, out);  // early, and nothing of it was captured
  add(12, "lm");
  add(16, "p");
  EXPECT_EQ(finish(), "abc[7]klm[2]p");
}

TEST_F(StreamReassemblerTest, DataAfterTheFinIsLeftOutAndCounted) {
  add(1, "ab", kAck | kFin);
  add(3, "cd");
  add(2, "bc");
  EXPECT_EQ(finish(), "ab");
  EXPECT_EQ(weird[Weird::tcp_data_after_fin], 2U);
}

TEST_F(StreamReassemblerTest, TheDiagnosisInARstIsNotData) {
  add(1, "ab");
  add(3, "Go away", kRst | kAck);
  EXPECT_EQ(finish(), "ab");
}

TEST_F(StreamReassemblerTest, SegmentsFarOutsideAnyWindowAreLeftOut) {
  add(1000, "ab");
  for (const uint32_t jump : {0x40000001U, 0x7fffffffU, 0x80000000U, 0x80000001U, 0xbfffffffU}) {
    add(1002 + jump, "far");
  }
  add(1002, "cd");
  EXPECT_EQ(finish(), "abcd");
  EXPECT_EQ(weird[Weird::tcp_segment_out_of_window], 5U);
  EXPECT_EQ(weird[Weird::tcp_stream_resynchronised], 0U);
}

TEST_F(StreamReassemblerTest, TwoFarSegmentsInARowShowWhereTheStreamReallyIs) {
  stream.start_at(1);  // by a forged SYN
  add(0x70000000, "lost");
  add(0x70000004, "seen");
  add(0x70000008, " on");
  EXPECT_EQ(finish(), "[4]seen on");
  EXPECT_EQ(weird[Weird::tcp_stream_resynchronised], 1U);
}

TEST_F(StreamReassemblerTest, DataBeforeAForgedStartIsFoundToo) {
  stream.start_at(10'000);
  add(1, "lost");
  add(5, "seen");
  EXPECT_EQ(finish(), "[4]seen");
}

TEST_F(StreamReassemblerTest, ABytesCapEndsTheWaitForAHole) {
  limits.max_out_of_order = 10;
  add(1, "a");
  add(5, "123456");
  add(20, "7890");
  EXPECT_EQ(out.text, "a");
  add(40, "x");
  EXPECT_EQ(out.text, "a[3]123456");
  EXPECT_EQ(weird[Weird::tcp_out_of_order_beyond_cap], 1U);
  EXPECT_EQ(finish(), "a[3]123456[9]7890[16]x");
}

TEST_F(StreamReassemblerTest, ASegmentsCapEndsTheWaitForAHole) {
  limits.max_out_of_order_segments = 3;
  add(1, "a");
  for (uint32_t i = 3; i < 11; i += 2) add(i, "x");
  EXPECT_EQ(out.text, "a[1]x");
  EXPECT_EQ(stream.held_segments(), 3U);
}

TEST_F(StreamReassemblerTest, WhenTheShardsMemoryIsUsedUpNothingMoreIsHeld) {
  limits.max_reassembly_bytes = 2 * HeldPiece::cost(100);
  const std::string bulk(100, 'x');
  StreamReassembler other{Direction::to_server, budget};
  Output others;
  other.start_at(0);
  other.add(segment(10, bulk), others);
  stream.start_at(1);
  add(3, bulk);
  add(200, "late");
  EXPECT_EQ(out.text, "[2]" + bulk + "[97]late");
  EXPECT_EQ(others.text, "") << "another stream keeps what it holds";
  EXPECT_EQ(weird[Weird::tcp_reassembly_memory_exceeded], 1U);
  EXPECT_LE(budget.peak, limits.max_reassembly_bytes);
}

TEST_F(StreamReassemblerTest, SegmentsOfOneByteAreNoWayAroundTheMemoryCap) {
  limits.max_reassembly_bytes = 64 * 1024;
  std::deque<StreamReassembler> streams;
  for (int i = 0; i < 100; ++i) {
    StreamReassembler& one = streams.emplace_back(Direction::to_server, budget);
    Output ignored;
    one.start_at(0);
    for (uint32_t seq = 1; seq < 400; seq += 2) one.add(segment(seq, "x"), ignored);
    ASSERT_LE(budget.held, limits.max_reassembly_bytes);
  }
  streams.clear();
  EXPECT_EQ(budget.held, 0U);
}

// The property libtins tests: however the same payload is cut, ordered, repeated and overlapped,
// and wherever its sequence numbers wrap, the same bytes come out, once.
struct Cut {
  uint32_t offset;
  std::string_view bytes;
};

std::vector<Cut> cuts(std::string_view payload, size_t size, size_t overlap) {
  std::vector<Cut> all;
  for (size_t at = 0; at < payload.size(); at += size) {
    all.push_back({static_cast<uint32_t>(at), payload.substr(at, size + overlap)});
  }
  return all;
}

std::vector<std::vector<Cut>> orders(const std::vector<Cut>& all) {
  std::vector<std::vector<Cut>> results(6, all);
  for (size_t i = 0; i + 1 < all.size(); i += 2) std::swap(results[1][i], results[1][i + 1]);
  std::reverse(results[2].begin(), results[2].end());
  results[3].insert(results[3].end(), all.begin(), all.end());  // everything twice
  std::rotate(results[4].begin(), results[4].begin() + static_cast<int>(all.size() / 2),
              results[4].end());
  std::stable_partition(results[5].begin(), results[5].end(),
                        [](const Cut& cut) { return cut.bytes.size() % 3 == cut.offset % 3; });
  return results;
}

TEST_F(StreamReassemblerTest, AnyCutInAnyOrderGivesTheSameBytesAtAnySequenceNumber) {
  std::string payload;
  for (int i = 0; payload.size() < 700; ++i) payload += std::to_string(i) + ",";
  const uint32_t starts[] = {0,          1,          0xffffffff,       0xffffffff - 10,
                             0xfffffe00, 0x80000000, 0x80000000 - 300, 0x7fffffff};
  for (const uint32_t start : starts) {
    for (const size_t size : {1U, 2U, 7U, 64U, 333U, 1000U}) {
      for (const size_t overlap : {0U, 1U, 5U, 70U}) {
        for (const auto& order : orders(cuts(payload, size, overlap))) {
          limits.max_out_of_order_segments = 1000;
          StreamReassembler one{Direction::to_server, budget};
          Output result;
          one.start_at(start);
          for (const Cut& cut : order) one.add(segment(start + cut.offset, cut.bytes), result);
          ASSERT_EQ(one.held_segments(), 0U) << start << " " << size << " " << overlap;
          one.finish(result);
          ASSERT_EQ(result.text, payload) << start << " " << size << " " << overlap;
          ASSERT_FALSE(one.conflict());
          ASSERT_EQ(one.gaps(), 0U);
          ASSERT_EQ(budget.held, 0U);
        }
      }
    }
  }
}

TEST_F(StreamReassemblerTest, OffsetsGoOnPastFourGigabytes) {
  uint32_t seq = 0;
  add(seq, "a");
  seq += 1;
  for (int i = 0; i < 9; ++i) {  // nine holes of half a gigabyte
    seq += 0x20000000;
    add(seq, "b");
    seq += 1;
    ack(seq);
  }
  EXPECT_EQ(out.next, 1 + 9 * (uint64_t{0x20000000} + 1));
  EXPECT_EQ(stream.delivered(), 10U);
}

}  // namespace
}  // namespace telltale
