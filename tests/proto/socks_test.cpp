#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;

Scene scene() { return {*find_parser("socks"), kTcp, 40000, 1080}; }
const std::string kGreeting = std::string("\5\1\0", 3);
const std::string kByName = std::string("\5\1\0\3", 4) + byte(11) + "api.example" + be16(443);

Probe probe(const std::string& head, uint16_t port = 1080) {
  return find_parser("socks")->probe({as_bytes(head), kTcp, 40000, port});
}

struct Case {
  const char* why;
  std::string input;
};

class Tunnel : public testing::TestWithParam<Case> {};

TEST_P(Tunnel, IsHandedOverWithWhatComesAfterTheRequest) {
  const std::string input = GetParam().input + "GET / HTTP/1.1\r\n";
  expect_same_in_any_cut(input, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("handover to nobody", "left: GET / HTTP/1.1\r\n"));
    return lines;
  });
}

INSTANTIATE_TEST_SUITE_P(
    All, Tunnel,
    testing::Values(
        Case{"5_by_name", kGreeting + kByName},
        Case{"5_by_address", kGreeting + std::string("\5\1\0\1\1\2\3\4\0P", 10)},
        Case{"5_by_ipv6",
             kGreeting + std::string("\5\1\0\4", 4) + std::string(16, '\1') + be16(80)},
        Case{"5_with_a_password", std::string("\5\2\0\2", 4) + "\1\3ann\6secret" + kByName},
        Case{"4", std::string("\4\1\0P\1\2\3\4", 8) + "ann" + byte(0)},
        Case{"4a", std::string("\4\1\0P\0\0\0\1", 8) + byte(0) + "api.example" + byte(0)}),
    [](const auto& test) { return "V" + std::string(test.param.why); });

TEST(Socks, WhatIsNoneGoesToWhoeverKnowsIt) {
  EXPECT_THAT(lines_of(scene(), {kGreeting + "{\"imei\":1}"}),
              ElementsAre("handover to nobody", "left: {\"imei\":1}"));
}

TEST(Socks, IsRecognisedByAGreetingThatStandsAlone) {
  EXPECT_EQ(probe(kGreeting), Probe::yes);
  EXPECT_EQ(probe(kGreeting, 4444), Probe::yes);
  EXPECT_EQ(probe(kGreeting.substr(0, 1)), Probe::more);
  EXPECT_EQ(probe(kGreeting + kByName, 1080), Probe::yes);
  EXPECT_EQ(probe(kGreeting + kByName, 4444), Probe::no) << "a client waits for the answer";
  EXPECT_EQ(probe(std::string("\5\0", 2)), Probe::no);
  EXPECT_EQ(probe(std::string("\5\1\x40", 3)), Probe::no);
  EXPECT_EQ(probe("{\"a\":1}"), Probe::no);
}

}  // namespace
}  // namespace telltale::test
