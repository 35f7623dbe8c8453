#include "sensor/capture/pcapng_reader.h"

#include <gmock/gmock.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kStartMicro = kStart / 1000;

class BothOrders : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(All, BothOrders, testing::Bool(),
                         [](const auto& one) { return std::string(one.param ? "Big" : "Little"); });

TEST_P(BothOrders, GivesThePacketsOfEveryKindOfPacketBlock) {
  PcapngWriter writer(GetParam());
  writer.interface(1, {}, 6).interface(101);
  writer.add(kStartMicro, "enhanced", 1).add_simple("simple", 60).add_old(kStartMicro + 1, "old");
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.packets, ElementsAre(SeenPacket{kStart, "enhanced", 8, 1, 101, 1},
                                           SeenPacket{kStart, "simple", 60, 2, 1, 0},
                                           SeenPacket{kStart + 1000, "old", 3, 3, 1, 0}));
  EXPECT_EQ(reading.problem_text(), "");
}

TEST_P(BothOrders, ForgetsInterfacesAndByteOrderAtANewSection) {
  PcapngWriter writer(GetParam());
  writer.interface(1).add(kStartMicro, "one").section(!GetParam());
  writer.add(kStartMicro, "nobody's").interface(101).add(kStartMicro, "two");
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.packets, ElementsAre(SeenPacket{kStart, "one", 3, 1, 1, 0},
                                           SeenPacket{kStart, "two", 3, 3, 101, 1}));
  EXPECT_THAT(reading.problem_text(), HasSubstr("packet of interface 0, but 0 are described"));
  EXPECT_EQ(reading.weird[Weird::capture_packet_of_unknown_interface], 1U);
}

struct Time {
  uint8_t resolution;
  int64_t offset;
  uint64_t ticks;
  int64_t nanoseconds;
};

TEST(TimeScale, ReadsEveryResolution) {
  const std::vector<Time> table = {
      {6, 0, kStartMicro, int64_t{kStart}},
      {9, 0, kStart + 7, int64_t{kStart} + 7},
      {3, 0, 1'234, 1'234'000'000},
      {0, 0, 1'600'000'000, int64_t{kStart}},
      {12, 0, 1'999'999'999'999, 1'999'999'999},
      {19, 0, 15'000'000'000'000'000'000U, 1'500'000'000},
      {20, 0, 15'000'000'000'000'000'000U, 0},
      {127, 0, ~uint64_t{0}, 0},
      {0x80, 0, 5, 5'000'000'000},
      {0x81, 0, 3, 1'500'000'000},
      {0x80 | 32, 0, (uint64_t{7} << 32) + (1U << 30), 7'250'000'000},
      {0x80 | 63, 0, (uint64_t{1} << 63) + (uint64_t{1} << 62), 1'500'000'000},
      {0x80 | 64, 0, ~uint64_t{0}, 0},
      {0xff, 0, ~uint64_t{0}, 0},
      {6, 100, 1'000'000, 101'000'000'000},
      {6, -3, 1'000'000, -2'000'000'000},
  };
  for (const Time& one : table) {
    TimeScale scale;
    scale.set_resolution(one.resolution);
    scale.set_offset(one.offset);
    EXPECT_EQ(scale.at(one.ticks).time_since_epoch().count(), one.nanoseconds)
        << "resolution " << int{one.resolution} << ", " << one.ticks << " ticks";
  }
}

TEST(TimeScale, StaysInRangeForAbsurdTimes) {
  for (const int resolution : {0, 3, 6, 9, 0x80, 0x90}) {
    for (const int64_t offset : {INT64_MIN, int64_t{0}, INT64_MAX}) {
      TimeScale scale;
      scale.set_resolution(static_cast<uint8_t>(resolution));
      scale.set_offset(offset);
      EXPECT_GE(scale.at(~uint64_t{0}), scale.at(0));
    }
  }
}

TEST_P(BothOrders, ReadsNameResolutionAndOffsetOfAnInterface) {
  PcapngWriter writer(GetParam());
  const std::string options = writer.option(2, "wlan0") + writer.option(9, "\x09") +
                              writer.option(14, writer.numbers().u64(10)) + writer.option(0, "");
  writer.interface(1, options).add(kStart, "packet");
  EXPECT_EQ(read_bytes(writer.bytes).packets[0].ts, kStart + 10 * kSecond);
}

TEST(PcapngReader, ReadsPastBlocksItDoesNotKnow) {
  PcapngWriter writer;
  writer.interface().block(5, "statistics..").block(0xbad, std::string(2'000'000, 'c'));
  writer.add(kStartMicro, "packet").block(0x80000001, "");
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.contents(), ElementsAre("packet"));
  EXPECT_EQ(reading.problem_text(), "");
}

TEST_P(BothOrders, KeepsSecrets) {
  PcapngWriter writer(GetParam());
  writer.secrets(0x544c534b, "CLIENT_RANDOM 00 11\n").interface().secrets(0x57474b4c, "wireguard");
  const Reading reading = read_bytes(writer.bytes);
  ASSERT_THAT(reading.secrets, SizeIs(2));
  EXPECT_EQ(reading.secrets[0].type, 0x544c534bU);
  EXPECT_EQ(reading.secrets[0].bytes, "CLIENT_RANDOM 00 11\n");
  EXPECT_EQ(reading.secrets[1].bytes, "wireguard");
}

TEST(PcapngReader, KeepsOnlySoManyBytesOfSecrets) {
  Limits limits;
  limits.max_capture_secrets = 10;
  PcapngWriter writer;
  writer.secrets(1, "12345678").secrets(1, "1234").secrets(1, "12");
  const Reading reading = read_bytes(writer.bytes, limits);
  EXPECT_THAT(reading.secrets, SizeIs(2));
  EXPECT_EQ(reading.weird[Weird::capture_secrets_beyond_cap], 1U);
}

TEST_P(BothOrders, KeepsNamesOfAddresses) {
  PcapngWriter writer(GetParam());
  const std::string v4("\x01\x02\x03\x04one.example\0two.example\0", 28);
  const std::string v6 = "\x20\x01\x0d\xb8" + std::string(11, '\0') + "\x01six.example";
  writer.block(4, writer.option(1, v4) + writer.option(7, "odd") + writer.option(2, v6) +
                      writer.option(0, ""));
  const Reading reading = read_bytes(writer.bytes);
  std::vector<std::string> names;
  for (const CaptureName& name : reading.names) {
    names.push_back(name.address.to_string() + "=" + name.name);
  }
  EXPECT_THAT(names,
              ElementsAre("1.2.3.4=one.example", "1.2.3.4=two.example", "2001:db8::1=six.example"));
}

TEST(PcapngReader, KeepsOnlySoManyNamesAndInterfaces) {
  Limits limits;
  limits.max_capture_names = 1;
  limits.max_capture_interfaces = 1;
  PcapngWriter writer;
  writer.interface(1).interface(1).add(kStartMicro, "first").add(kStartMicro, "second", 1);
  writer.block(4, writer.option(1, std::string("\x01\x02\x03\x04"
                                               "a\0b\0",
                                               8)));
  const Reading reading = read_bytes(writer.bytes, limits);
  EXPECT_THAT(reading.contents(), ElementsAre("first"));
  EXPECT_THAT(reading.names, SizeIs(1));
  EXPECT_EQ(reading.weird[Weird::capture_name_beyond_cap], 1U);
  EXPECT_EQ(reading.weird[Weird::capture_interface_beyond_cap], 1U);
}

TEST(PcapngReader, CutAnywhereGivesAllWholePacketsAndTellsOfTheRest) {
  PcapngWriter writer;
  std::vector<size_t> blocks{0, writer.bytes.size()};
  std::vector<size_t> packets;
  writer.interface();
  blocks.push_back(writer.bytes.size());
  for (size_t i = 0; i < 5; ++i) {
    writer.add(kStartMicro, std::string(i, 'x'));
    packets.push_back(writer.bytes.size());
    blocks.push_back(writer.bytes.size());
  }
  for (size_t cut = 1; cut <= writer.bytes.size(); ++cut) {
    const Reading reading = read_bytes(std::string_view(writer.bytes).substr(0, cut));
    const auto whole =
        std::count_if(packets.begin(), packets.end(), [&](size_t end) { return end <= cut; });
    EXPECT_EQ(reading.packets.size(), static_cast<size_t>(whole)) << "cut at " << cut;
    const bool at_boundary = std::count(blocks.begin(), blocks.end(), cut) > 0;
    EXPECT_EQ(reading.problems.size(), at_boundary ? 0U : 1U) << "cut at " << cut;
  }
}

struct Damaged {
  PcapngWriter writer;
  size_t begin = 0;  // of packet 2
  size_t end = 0;
  Damaged() {
    writer.interface();
    for (int i = 0; i < 5; ++i) {
      if (i == 2) begin = writer.bytes.size();
      writer.add(kStartMicro, "packet " + std::to_string(i));
      if (i == 2) end = writer.bytes.size();
    }
  }
};

TEST(PcapngReader, FindsTheNextBlockWhoseLengthsAgree) {
  struct {
    size_t offset;  // in the block
    std::string junk;
    const char* says;
  } table[] = {
      {4, "\xff\xff\xff\xff", "block claims 4294967295 bytes, 12 to 393216 are possible"},
      {4, std::string(4, '\0'), "block claims 0 bytes"},
      {4, std::string("\x24\0\0\0", 4), "starts with length 36 and ends with another"},
      {4, std::string("\0\x10\0\0", 4), "claims 4096 bytes, more than are left"},
      {0, std::string(40, 'j'), "block claims"},
      {36, "junk", "starts with length 40 and ends with another"},
  };
  for (const auto& one : table) {
    Damaged damaged;
    damaged.writer.bytes.replace(damaged.begin + one.offset, one.junk.size(), one.junk);
    const Reading reading = read_bytes(damaged.writer.bytes);
    EXPECT_THAT(reading.contents(), ElementsAre("packet 0", "packet 1", "packet 3", "packet 4"));
    ASSERT_THAT(reading.problems, SizeIs(1));
    EXPECT_EQ(reading.problems[0].offset, damaged.begin);
    EXPECT_THAT(reading.problem_text(), HasSubstr(one.says));
    EXPECT_THAT(reading.problem_text(), HasSubstr("; skipped 40 bytes to the next sound block"));
  }
}

TEST(PcapngReader, GoesOnWithANewSectionAfterADamagedOne) {
  PcapngWriter writer(false);
  writer.bytes[8] = 'X';  // the byte-order magic
  writer.section(true).interface().add(kStartMicro, "packet");
  const Reading reading = read_bytes(writer.bytes);
  EXPECT_THAT(reading.contents(), ElementsAre("packet"));
  EXPECT_EQ(
      reading.problem_text(),
      "@0 section header has no byte-order magic 1a2b3c4d; skipped 28 bytes to the next sound "
      "block\n");
}

TEST(PcapngReader, LeavesOutAPacketThatItsBlockCannotHold) {
  PcapngWriter writer;
  writer.interface();
  const Numbers& n = writer.numbers();
  writer.block(6, n.u32(0) + n.u64(0) + n.u32(100) + n.u32(100) + "only twelve.");
  writer.block(6, "short").add(kStartMicro, "packet").block(3, "").block(10, "").block(1, "");
  const Reading reading = read_bytes(writer.bytes);
  ASSERT_THAT(reading.packets, SizeIs(1));
  EXPECT_EQ(reading.packets[0].number, 3U);
  EXPECT_THAT(reading.problem_text(), HasSubstr("claims 100 bytes of packet, only 12 are in it"));
  EXPECT_EQ(reading.weird[Weird::capture_packet_block_malformed], 3U);
  EXPECT_THAT(reading.problems, SizeIs(5));
}

}  // namespace
}  // namespace telltale::test
