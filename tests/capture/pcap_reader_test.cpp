#include "sensor/capture/pcap_reader.h"

#include <gmock/gmock.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Style {
  const char* name;
  PcapStyle style;
};

class PcapStyles : public testing::TestWithParam<Style> {};

TEST_P(PcapStyles, GivesEveryPacketWithItsTimeSizesAndNumber) {
  PcapStyle style = GetParam().style;
  style.link_type = 113;
  PcapWriter writer(style);
  writer.add(kStart + 123'456'789, "first").add(kStart + kSecond, "", 1500).add(kStart, "earlier");
  const Reading reading = read_bytes(writer.bytes);
  const uint64_t fraction = style.nanoseconds ? 123'456'789 : 123'456'000;
  EXPECT_THAT(reading.packets, ElementsAre(SeenPacket{kStart + fraction, "first", 5, 1, 113, 0},
                                           SeenPacket{kStart + kSecond, "", 1500, 2, 113, 0},
                                           SeenPacket{kStart, "earlier", 7, 3, 113, 0}));
  EXPECT_EQ(reading.problem_text(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, PcapStyles,
    testing::Values(Style{"MicrosecondsLittle", {}}, Style{"MicrosecondsBig", {true}},
                    Style{"NanosecondsLittle", {false, true}},
                    Style{"NanosecondsBig", {true, true}},
                    Style{"ModifiedLittle", {false, false, true}},
                    Style{"ModifiedBig", {true, false, true}},
                    Style{"BeforeVersion23", {false, false, false, 1, 262'144, 2}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(PcapReader, IgnoresTheFcsBitsOfTheLinkType) {
  PcapStyle style;
  style.link_type = 0x24000001;
  const Reading reading = read_bytes(PcapWriter(style).add(kStart, "frame").bytes);
  ASSERT_THAT(reading.packets, SizeIs(1));
  EXPECT_EQ(reading.packets[0].link_type, 1U);
}

TEST(PcapReader, ReadsAnUnknownVersionAsTheUsualOneAndSaysSo) {
  std::string bytes = PcapWriter().add(kStart, "frame").bytes;
  bytes[4] = 9;
  const Reading reading = read_bytes(bytes);
  EXPECT_THAT(reading.contents(), ElementsAre("frame"));
  EXPECT_EQ(reading.problem_text(), "@4 pcap version 9.4; 2.4 is expected and assumed\n");
}

TEST(PcapReader, ToleratesOddHeadersThatSoundOnesFollow) {
  PcapStyle style;
  style.snap_length = 3;
  PcapWriter writer(style);
  writer.add(kStart, "longer than the snap length").add(kStart, "more than the wire had", 4);
  writer.add(kStart + kSecond, "", 0).add(kStart + kSecond, "end");
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.contents(),
              ElementsAre("longer than the snap length", "more than the wire had", "", "end"));
  EXPECT_EQ(reading.problem_text(), "");
}

TEST(PcapReader, CutAnywhereGivesAllWholePacketsAndTellsOfTheRest) {
  for (const bool modified : {false, true}) {
    PcapWriter writer({false, false, modified});
    std::vector<size_t> ends{writer.bytes.size()};
    for (int i = 0; i < 6; ++i) {
      writer.add(kStart + kSecond * static_cast<uint64_t>(i),
                 std::string(3U * static_cast<size_t>(i), 'x'));
      ends.push_back(writer.bytes.size());
    }
    for (size_t cut = 0; cut <= writer.bytes.size(); ++cut) {
      const Reading reading = read_bytes(std::string_view(writer.bytes).substr(0, cut));
      size_t whole = 0;
      while (whole + 1 < ends.size() && ends[whole + 1] <= cut) ++whole;
      EXPECT_EQ(reading.packets.size(), whole) << "cut at " << cut;
      const bool at_boundary = std::count(ends.begin(), ends.end(), cut) > 0;
      EXPECT_EQ(reading.problems.size(), at_boundary ? 0U : 1U) << "cut at " << cut;
    }
  }
}

TEST(PcapReader, TellsHowMuchOfTheLastRecordIsMissing) {
  std::string bytes = PcapWriter().add(kStart, "whole").add(kStart, "cut off").bytes;
  bytes.resize(bytes.size() - 3);
  const Reading reading = read_bytes(bytes);
  EXPECT_THAT(reading.contents(), ElementsAre("whole"));
  EXPECT_EQ(reading.problem_text(), "@45 the last record is cut off: 20 of 23 bytes are there\n");
  EXPECT_EQ(reading.weird[Weird::capture_record_cut_off], 1U);
}

// Ten packets of which the one in the middle, 5, can be damaged.
struct Damaged {
  PcapWriter writer;
  size_t begin = 0;  // of record 5
  size_t end = 0;
  Damaged() {
    for (uint64_t i = 0; i < 10; ++i) {
      if (i == 5) begin = writer.bytes.size();
      writer.add(kStart + i * kSecond, "packet " + std::to_string(i));
      if (i == 5) end = writer.bytes.size();
    }
  }
};

TEST(PcapReader, FindsTheNextSoundRecordAfterAnAbsurdLength) {
  Damaged damaged;
  damaged.writer.bytes.replace(damaged.begin + 8, 4, "\xff\xff\xff\xff");
  const Reading reading = read_bytes(damaged.writer.bytes);
  EXPECT_THAT(reading.contents(),
              ElementsAre("packet 0", "packet 1", "packet 2", "packet 3", "packet 4", "packet 6",
                          "packet 7", "packet 8", "packet 9"));
  EXPECT_EQ(reading.problem_text(),
            "@144 record claims 4294967295 bytes, at most 262144 are possible; skipped 24 bytes to "
            "the next sound record\n");
  EXPECT_EQ(reading.weird[Weird::capture_record_skipped], 1U);
}

TEST(PcapReader, FindsTheNextSoundRecordAfterAnyOverwrittenHeader) {
  for (const std::string& junk : {std::string(16, '\0'), std::string(16, '\xff'),
                                  std::string("\x7f"
                                              "ELF and so on.."),
                                  std::string(8, '\0') + std::string("\x20\0\2\0\x20\0\2\0", 8)}) {
    Damaged damaged;
    damaged.writer.bytes.replace(damaged.begin, junk.size(), junk);
    const Reading reading = read_bytes(damaged.writer.bytes);
    EXPECT_THAT(reading.packets, SizeIs(9)) << reading.problem_text();
    EXPECT_THAT(reading.problems, SizeIs(1));
    EXPECT_EQ(reading.problems[0].offset, damaged.begin);
    EXPECT_THAT(reading.problems[0].what, HasSubstr("skipped 24 bytes"));
  }
}

TEST(PcapReader, FindsTheNextSoundRecordWhereBytesWereLostOrAdded) {
  for (const size_t lost : {1U, 7U, 20U}) {
    Damaged damaged;
    damaged.writer.bytes.erase(damaged.end - lost, lost);
    const Reading reading = read_bytes(damaged.writer.bytes);
    EXPECT_THAT(reading.packets.back().bytes, "packet 9");
    EXPECT_GE(reading.packets.size(), 8U);
    EXPECT_THAT(reading.problems, SizeIs(1)) << reading.problem_text();
  }
  Damaged damaged;
  damaged.writer.bytes.insert(damaged.end, "bytes that were never here");
  const Reading reading = read_bytes(damaged.writer.bytes);
  EXPECT_THAT(reading.packets, SizeIs(10));
  EXPECT_THAT(reading.problems, SizeIs(1)) << reading.problem_text();
}

TEST(PcapReader, FindsTheFirstSoundRecordWhenTheFirstIsDamaged) {
  Damaged damaged;
  damaged.writer.bytes.replace(24 + 8, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(read_bytes(damaged.writer.bytes).packets, SizeIs(9));
}

TEST(PcapReader, GoesOnAfterDamageThatADayWithoutCaptureFollows) {
  PcapWriter writer;
  writer.add(kStart, "before");
  writer.bytes += std::string(40, '\xee');
  for (uint64_t i = 0; i < 5; ++i) writer.add(kStart + 30 * 86'400 * kSecond, "a month later");
  EXPECT_THAT(read_bytes(writer.bytes).packets, SizeIs(6));
}

TEST(PcapReader, GarbageToTheEndIsOneProblem) {
  PcapWriter writer;
  writer.add(kStart, "before");
  for (uint32_t i = 0; i < 100'000; ++i) writer.bytes += static_cast<char>(i * i >> 3);
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.contents(), ElementsAre("before"));
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_THAT(reading.problems[0].what, HasSubstr("no sound record in the 100000 bytes left"));
}

TEST(PcapReader, ListsOnlySoManyProblemsAndCountsTheRest) {
  PcapWriter writer;
  for (uint64_t i = 0; i < 8; ++i) {
    writer.add(kStart, "a").add(kStart, "b").bytes += std::string(20, '\xee');
  }
  writer.add(kStart, "end").add(kStart, "end");
  Limits limits;
  limits.max_capture_problems = 3;
  const Reading reading = read_bytes(writer.bytes, limits);
  EXPECT_THAT(reading.packets, SizeIs(18));
  ASSERT_THAT(reading.problems, SizeIs(4));
  EXPECT_EQ(reading.problems[3].what, "5 more problems are not listed");
  EXPECT_EQ(reading.weird[Weird::capture_problem_not_told], 5U);
}

TEST(PcapReader, TakesNoRecordLongerThanTheLimit) {
  Limits limits;
  limits.max_frame = 10;
  PcapWriter writer;
  writer.add(kStart, "0123456789").add(kStart, "0123456789a").add(kStart, "ok").add(kStart, "ok");
  const Reading reading = read_bytes(writer.bytes, limits);
  EXPECT_THAT(reading.contents(), ElementsAre("0123456789", "ok", "ok"));
  EXPECT_THAT(reading.problem_text(), HasSubstr("claims 11 bytes, at most 10"));
}

struct NoCapture {
  std::string bytes;
  const char* says;
};

TEST(RecordReader, SaysWhatIsNoCapture) {
  const std::vector<NoCapture> table = {
      {"", "is empty; a capture starts with"},
      {"a", "starts with the bytes 61;"},
      {"#!/bin/sh", "starts with the bytes 23212f62; expected pcap or pcapng"},
      {PcapWriter().bytes.substr(0, 10), "the file header is cut off: 10 of 24 bytes"},
      {std::string("\x0a\x0d\x0d\x0a"), "the last block is cut off: 4 of at least 12 bytes"},
  };
  for (const NoCapture& one : table) {
    const Reading reading = read_bytes(one.bytes);
    EXPECT_THAT(reading.packets, IsEmpty());
    EXPECT_THAT(reading.problems, SizeIs(1));
    EXPECT_THAT(reading.problem_text(), HasSubstr(one.says));
  }
}

}  // namespace
}  // namespace telltale::test
