#include <gmock/gmock.h>

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

std::string name(std::string_view text) {
  std::string wire;
  while (!text.empty()) {
    const size_t dot = std::min(text.find('.'), text.size());
    wire += static_cast<char>(dot);
    wire += text.substr(0, dot);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return wire + '\0';
}
std::string header(size_t flags, size_t questions, size_t answers) {
  return be16(7) + be16(flags) + be16(questions) + be16(answers) + be16(0) + be16(0);
}
std::string question(std::string_view of, size_t type) { return name(of) + be16(type) + be16(1); }
std::string record(const std::string& owner, size_t type, const std::string& data,
                   size_t ttl = 60) {
  return owner + be16(type) + be16(1) + be16(0) + be16(ttl) + be16(data.size()) + data;
}
const std::string kPointer = "\xc0\x0c";  // to the question

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

TEST(Dns, AMulticastAnnouncementNamesTheDevice) {
  const std::string announcement =
      header(0x8400, 0, 1) +
      record(name("Anns-Phone.local"), 1, std::string("\xc0\xa8\x01\x07", 4));
  EXPECT_THAT(run(udp(5353), {{announcement}}).lines,
              ElementsAre("device mdns 00:00:00:00:00:00 192.168.1.7 anns-phone "));
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
