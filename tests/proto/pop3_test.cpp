#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;

Scene scene() { return {*find_parser("pop3"), kTcp, 40000, 110}; }

TEST(Pop3, TheUserIsTold) {
  expect_same_in_any_cut(
      "CAPA\r\nUSER ann@example.com\r\nPASS x\r\nAPOP bob c4c9\r\n", [](const Pieces& pieces) {
        const auto lines = lines_of(scene(), pieces);
        EXPECT_THAT(lines,
                    ElementsAre("pop3", "pop3.user=ann@example.com", "pop3", "pop3.user=bob"));
        return lines;
      });
}

TEST(Pop3, StlsHandsOver) {
  expect_same_in_any_cut("STLS\r\n\x16\x03\x01", [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("handover to nobody", "left: \x16\x03\x01"));
    return lines;
  });
}

TEST(Pop3, ThePortTellsItFromFtp) {
  const auto probe = [](std::string_view text, uint16_t port) {
    return find_parser("pop3")->probe({as_bytes(text), kTcp, 40000, port});
  };
  EXPECT_EQ(probe("USER ann\r\n", 110), Probe::yes);
  EXPECT_EQ(probe("USER ann\r\n", 21), Probe::no);
  EXPECT_EQ(probe("CAPA\r\n", 9999), Probe::yes);
  EXPECT_EQ(find_parser("ftp")->probe({as_bytes("USER ann\r\n"), kTcp, 40000, 110}), Probe::no);
}

}  // namespace
}  // namespace telltale::test
