#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

Scene scene() { return {*find_parser("imap"), kTcp, 40000, 143}; }

TEST(Imap, AppendedMailsAndNamesAreTold) {
  constexpr std::string_view kInput =
      "a1 LOGIN \"ann@example.com\" secret\r\na2 ID (\"name\" \"mail\" \"os\" \"Android\")\r\n"
      "a3 APPEND Sent (\\Seen) {15+}\r\nSubject: x\r\n\r\nb\r\na4 APPEND Sent {3}\r\nabc "
      "{2}\r\nde\r\na5 LOGOUT\r\n";
  expect_same_in_any_cut(kInput, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("imap", "imap.login.user=ann@example.com", "imap",
                                   "imap.id=(\"name\" \"mail\" \"os\" \"Android\")", "imap",
                                   "imap.append=Subject: x\r\n\r\nb type=message/rfc822", "imap",
                                   "imap.append=abc type=message/rfc822", "imap",
                                   "imap.append=de type=message/rfc822"));
    return lines;
  });
}

TEST(Imap, StartTlsHandsOver) {
  expect_same_in_any_cut("1 STARTTLS\r\n\x16\x03\x01", [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_EQ(lines.back(), "left: \x16\x03\x01");
    return lines;
  });
}

TEST(Imap, AGapInALiteralIsBridged) {
  const Recorder told = run(scene(), {{"a APPEND S {10}\r\n0123"}, {"89\r\nb LOGIN ann x\r\n", 4}});
  EXPECT_THAT(told.lines, Contains("imap.append=0123 type=message/rfc822 truncated"));
  EXPECT_THAT(told.lines, Contains("imap.append=89 type=message/rfc822"));
  EXPECT_THAT(told.lines, Contains("imap.login.user=ann"));
}

TEST(Imap, CapsAndHostileInput) {
  Scene small = scene();
  small.limits.max_body = 4;
  const Recorder told = run(small, {{"a APPEND S {10}\r\n0123456789\r\n"}});
  EXPECT_THAT(told.lines, Contains("imap.append=0123 type=message/rfc822 truncated"));
  EXPECT_EQ(told.not_read, 6u);
  EXPECT_THAT(told.weirds, ElementsAre("imap_literal_beyond_cap"));
  for (const std::string_view input :
       {"a {999999999999999999999}\r\nx", "a {}\r\n", "a {+}\r\n", " \r\n\r\n{1}\r\n",
        "a LOGIN {3}\r\nann {1}\r\nx\r\n", "a LOGIN\r\n", "a ID\r\n"}) {
    run(scene(), {{input}});
  }
}

TEST(Imap, TheProbeWantsATagAndACommand) {
  const auto probe = [](std::string_view text) {
    return find_parser("imap")->probe({as_bytes(text), kTcp, 40000, 143});
  };
  EXPECT_EQ(probe("a001 CAPABILITY\r\n"), Probe::yes);
  EXPECT_EQ(probe("a001 CAPA"), Probe::more);
  EXPECT_EQ(probe("a001"), Probe::more);
  EXPECT_EQ(probe("a001 hello you"), Probe::no);
  EXPECT_EQ(probe("my ID is 5"), Probe::no);
  EXPECT_EQ(probe("{\"a\": 1}"), Probe::no);
}

}  // namespace
}  // namespace telltale::test
