#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("smtp"), kTcp, 40000, 25}; }

constexpr std::string_view kMail =
    "EHLO phone.local\r\nMAIL FROM:<ann@example.com> SIZE=100\r\nRCPT TO: "
    "<bob@example.org>\r\nDATA\r\n"
    "Subject: x\r\n\r\nline\r\n..dot\r\nno end.\r\n.\r\nQUIT\r\n";

TEST(Smtp, AMailIsToldWithItsEnvelope) {
  expect_same_in_any_cut(kMail, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(
        lines,
        ElementsAre("smtp", "smtp.helo=phone.local", "smtp.mail_from=ann@example.com",
                    "smtp.rcpt_to=bob@example.org",
                    "smtp.data=Subject: x\r\n\r\nline\r\n.dot\r\nno end.\r\n type=message/rfc822"));
    return lines;
  });
}

TEST(Smtp, ChunksOfBdatAreJoined) {
  expect_same_in_any_cut(
      "EHLO a\r\nBDAT 5\r\n.\r\nabBDAT 0\r\nBDAT 4 LAST\r\nend\nBDAT 2 LAST\r\nokRSET\r\n",
      [](const Pieces& pieces) {
        const auto lines = lines_of(scene(), pieces);
        EXPECT_THAT(lines, Contains("smtp.data=.\r\nabend\n type=message/rfc822"));
        EXPECT_THAT(lines, Contains("smtp.data=ok type=message/rfc822"));
        return lines;
      });
}

TEST(Smtp, RefusedDataIsFollowedByACommand) {
  EXPECT_THAT(lines_of(scene(), {"EHLO a\r\nDATA\r\nQUIT\r\n"}), IsEmpty());
  EXPECT_THAT(lines_of(scene(), {"EHLO a\r\nDATA\r\nHelp is near\r\n.\r\n"}),
              Contains("smtp.data=Help is near\r\n type=message/rfc822 truncated").Times(0));
}

TEST(Smtp, StartTlsHandsOver) {
  expect_same_in_any_cut("EHLO a\r\nSTARTTLS\r\n\x16\x03\x01 hello", [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("handover to nobody", "left: \x16\x03\x01 hello"));
    return lines;
  });
  EXPECT_THAT(lines_of(scene(), {"EHLO a\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\nDATA\r\nx\r\n.\r\n"}),
              Contains("smtp.mail_from=a@b"));
}

TEST(Smtp, AGapCutsTheMail) {
  const Recorder told = run(scene(), {{"EHLO a\r\nDATA\r\nSubject: x\r\nab"},
                                      {"cd\r\nrest\r\n.\r\nMAIL FROM:<n@b>\r\n", 9}});
  EXPECT_THAT(told.lines, Contains("smtp.data=Subject: x\r\nab type=message/rfc822 truncated"));
  EXPECT_THAT(told.lines, Contains("smtp.data=cd\r\nrest\r\n type=message/rfc822"));
}

TEST(Smtp, CapsAndHostileInput) {
  Scene small = scene();
  small.limits.max_body = 8;
  small.limits.max_head = 16;
  const Recorder told = run(small, {{"EHLO a\r\nDATA\r\n" + std::string(100, 'x') + "\r\n.\r\n"}});
  EXPECT_THAT(told.lines, Contains("smtp.data=xxxxxxxx type=message/rfc822 truncated"));
  EXPECT_THAT(told.weirds, ElementsAre("smtp_mail_beyond_cap"));
  EXPECT_EQ(told.not_read, 94u);
  run(scene(), {{"EHLO a\r\nBDAT 999999999999999999999 LAST\r\nx"}});
  run(scene(), {{"EHLO a\r\nBDAT\r\nBDAT -1\r\nMAIL FROM:\r\nRCPT TO:<\r\n\n\n"}});
  const std::string_view mail = kMail;
  for (size_t i = 0; i < mail.size(); ++i) run(scene(), {{mail.substr(0, i)}});
}

TEST(Smtp, TheProbeKnowsAGreeting) {
  const auto probe = [](std::string_view text) {
    return find_parser("smtp")->probe({as_bytes(text), kTcp, 40000, 25});
  };
  EXPECT_EQ(probe("EH"), Probe::more);
  EXPECT_EQ(probe("ehlo x"), Probe::yes);
  EXPECT_EQ(probe("EHLX"), Probe::no);
}

}  // namespace
}  // namespace telltale::test
