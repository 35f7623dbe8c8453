#include "sensor/capture/bpf_filter.h"

#include <gmock/gmock.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string frame(std::string_view ether_type) {
  return std::string(12, '\2') + std::string(ether_type) + std::string(46, '\0');
}

class FilteredCaptures : public ScratchTest {};

TEST_F(FilteredCaptures, KeepTheNumbersThatTheWholeFileGives) {
  PcapWriter writer;
  writer.add(kStart, frame("\x08\x06"))
      .add(kStart, frame("\x86\xdd"))
      .add(kStart, frame("\x08\x06"));
  CaptureSet set({put("arp.pcap", writer.bytes)}, {"arp", {}});
  const Reading reading = read_set(set);
  ASSERT_THAT(reading.packets, SizeIs(2));
  EXPECT_EQ(reading.packets[0].number, 1U);
  EXPECT_EQ(reading.packets[1].number, 3U);
  EXPECT_EQ(set.captures()[0].packets, 3U);
}

TEST_F(FilteredCaptures, AreFilteredByEachLinkType) {
  const std::string ip = std::string("\x45\0\0\x14\0\0\0\0\x40\x06\0\0", 12) + "\1\2\3\4\5\6\7\x08";
  PcapngWriter writer;
  writer.interface(1).interface(101).interface(113);
  writer.add(1, std::string(12, '\2') + "\x08" + std::string(1, '\0') + ip, 0).add(2, ip, 1);
  writer.add(3, std::string("\0\0\0\1\0\6\2\2\2\2\2\2\0\0\x08\0", 16) + ip, 2).add(4, "no ip", 1);
  const Reading reading = read_files({put("three.pcapng", writer.bytes)}, {"src host 1.2.3.4", {}});
  EXPECT_THAT(reading.packets, SizeIs(3));
}

TEST_F(FilteredCaptures, TellOnceWhereTheFilterMeansNothing) {
  PcapngWriter writer;
  writer.interface(101).interface(1).add(1, "x").add(2, "y").add(3, frame("\x08\x06"), 1);
  const Reading reading =
      read_files({put("raw.pcapng", writer.bytes)}, {"ether src 02:02:02:02:02:02", {}});
  EXPECT_THAT(reading.packets, SizeIs(1));
  ASSERT_THAT(reading.problems, SizeIs(1));
  EXPECT_THAT(reading.problem_text(), HasSubstr("does not apply to link type 101"));
  EXPECT_EQ(reading.weird[Weird::capture_packet_filter_not_applicable], 2U);
}

TEST(BpfFilter, RefusesWhatIsNoExpressionWithLibpcapsText) {
  try {
    BpfFilter filter("prot tcp");
    FAIL() << "taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("syntax error"));
  }
  EXPECT_THROW(CaptureSet({}, {"port 99999999", {}}), std::invalid_argument);
}

TEST(BpfFilter, TakesAnExpressionForWirelessCaptures) {
  EXPECT_NO_THROW(BpfFilter("type mgt subtype beacon"));
}

}  // namespace
}  // namespace telltale::test
