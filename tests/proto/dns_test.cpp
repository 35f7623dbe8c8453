#include <gmock/gmock.h>

#include "tests/proto/dns_records.h"
#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const ParserInfo& dns() { return *find_parser("dns"); }
Scene udp(uint16_t port = 53) { return {dns(), kUdp, 40000, port}; }
Scene tcp() { return {dns(), kTcp, 40000, 53}; }

TEST(Dns, AQuestionBecomesAMessage) {
  const std::string query = header(0x0100, 1, 0) + question("Phone.Example.com", 28);
  EXPECT_THAT(run(udp(), {{query}}).lines,
              ElementsAre("dns", "dns.question.name=phone.example.com", "dns.question.type=AAAA"));
  EXPECT_THAT(run(udp(), {{header(0x0100, 1, 0) + question("x", 777)}}).lines,
              Contains("dns.question.type=TYPE777"));
}

TEST(Dns, AnswersNameTheAddressesOfWhatWasAsked) {
  const std::string response =
      header(0x8180, 1, 4) + question("www.example.com", 1) +
      record(name("cdn.example.net"), 1, std::string("\x5d\xb8\xd8\x22", 4), 300) +
      record(kPointer, 5, name("alias.example.com")) +
      record(name("Alias.example.com"), 5, name("cdn.example.net")) +
      record(name("stranger.example"), 1, std::string("\x01\x02\x03\x04", 4));
  EXPECT_THAT(run(udp(), {{response, 0, Direction::to_client}}).lines,
              ElementsAre("name www.example.com 93.184.216.34 300"));
}

TEST(Dns, ServiceRecordsHintAtAddresses) {
  const std::string params = be16(1) + std::string("\x00", 1) + be16(1) + be16(3) +
                             std::string("\x02h2", 3) + be16(4) + be16(8) + "\x01\x01\x01\x01" +
                             "\x08\x08\x08\x08";
  const std::string response =
      header(0x8180, 1, 1) + question("e.example", 65) + record(kPointer, 65, params);
  EXPECT_THAT(run(udp(), {{response, 0, Direction::to_client}}).lines,
              ElementsAre("name e.example 1.1.1.1 60", "name e.example 8.8.8.8 60"));
}

TEST(Dns, OnlyTheServerAnswers) {
  const std::string response = header(0x8180, 1, 1) + question("a.b", 1) +
                               record(kPointer, 1, std::string("\x01\x02\x03\x04", 4));
  EXPECT_THAT(run(udp(), {{response}}).lines, IsEmpty());
  const std::string query = header(0x0100, 1, 0) + question("a.b", 1);
  EXPECT_THAT(run(udp(), {{query, 0, Direction::to_client}}).lines, IsEmpty());
}

TEST(Dns, AStreamIsTheSameInAnyCut) {
  const std::string one = header(0x0100, 1, 0) + question("one.example", 1);
  const std::string two = header(0x0100, 1, 0) + question("two.example", 28);
  const std::string both = be16(one.size()) + one + be16(two.size()) + two;
  expect_same_in_any_cut(both, [](const Pieces& pieces) {
    const auto lines = lines_of(tcp(), pieces);
    EXPECT_THAT(lines, SizeIs(6));
    return lines;
  });
}

TEST(Dns, AStreamWithAGapGoesOnWithTheNextSegment) {
  const std::string one = header(0x0100, 1, 0) + question("one.example", 1);
  const std::string whole = be16(one.size()) + one;
  const Recorder lost = run(tcp(), {{whole.substr(0, 10)}, {whole, 60}});
  EXPECT_THAT(lost.lines, Contains("dns.question.name=one.example"));
  EXPECT_THAT(lost.weirds, Contains("dns_framing_lost_in_gap"));
  // Where only a part of one message is missing, its length tells where the next one starts.
  const Recorder known = run(tcp(), {{whole.substr(0, 10)}, {whole.substr(20) + whole, 10}});
  EXPECT_THAT(known.lines, Contains("dns.question.name=one.example"));
  EXPECT_THAT(known.weirds, Not(Contains("dns_framing_lost_in_gap")));
}

TEST(Dns, HostileNamesEnd) {
  const std::string self = header(0x0100, 1, 0) + "\xc0\x0c" + be16(1) + be16(1);
  const std::string forward = header(0x0100, 1, 0) + "\xc0\x20" + be16(1) + be16(1) + name("a");
  const std::string reserved = header(0x0100, 1, 0) + "\x41" + "a" + be16(1) + be16(1);
  std::string too_long = header(0x0100, 1, 0);
  for (int i = 0; i < 5; ++i) too_long += "\x3f" + std::string(63, 'a');
  too_long += '\0' + be16(1) + be16(1);
  for (const std::string& message : {self, forward, reserved, too_long}) {
    const Recorder told = run(udp(), {{message}});
    EXPECT_THAT(told.weirds, Contains("dns_name_malformed"));
    EXPECT_EQ(told.lines[0], "raw");
  }
}

TEST(Dns, LyingCountsAndEveryTruncationAreSurvived) {
  const std::string response = header(0x8180, 1, 0xffff) + question("www.example.com", 1) +
                               record(kPointer, 5, name("a.b")) +
                               record(name("a.b"), 1, std::string("\x01\x02\x03\x04", 4));
  const Recorder told = run(udp(), {{response, 0, Direction::to_client}});
  EXPECT_THAT(told.lines, ElementsAre("name www.example.com 1.2.3.4 60"));
  EXPECT_THAT(told.weirds, Contains("dns_records_beyond_cap"));
  for (size_t size = 0; size < response.size(); ++size) {
    run(udp(), {{std::string_view(response).substr(0, size), 0, Direction::to_client}});
    run(udp(5353), {{std::string_view(response).substr(0, size)}});
  }
}

TEST(Dns, WhatIsNoDnsIsScannedAsRaw) {
  EXPECT_THAT(run(udp(), {{"tunnel"}}).lines, ElementsAre("raw", "raw.payload=tunnel binary"));
}

TEST(Dns, TheProbeWantsAPlausibleMessage) {
  const std::string query = header(0x0100, 1, 0) + question("www.example.com", 1);
  const auto probe = [](std::string_view head, uint8_t proto, uint16_t port) {
    return dns().probe({as_bytes(head), proto, 40000, port});
  };
  EXPECT_EQ(probe(query, kUdp, 53), Probe::yes);
  EXPECT_EQ(probe(query, kUdp, 9999), Probe::yes);
  EXPECT_EQ(probe(query + "x", kUdp, 9999), Probe::no);
  EXPECT_EQ(probe("some text that is no DNS", kUdp, 53), Probe::no);
  EXPECT_EQ(probe(be16(query.size()) + query, kTcp, 53), Probe::yes);
  EXPECT_EQ(probe(be16(query.size()), kTcp, 53), Probe::more);
  EXPECT_EQ(probe("GET / HTTP/1.1\r\n", kTcp, 53), Probe::more);
}

}  // namespace
}  // namespace telltale::test
