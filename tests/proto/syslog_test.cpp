#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene udp() { return {*find_parser("syslog"), kUdp, 40000, 514}; }
Scene tcp() { return {*find_parser("syslog"), kTcp, 40000, 514}; }

TEST(Syslog, BothFormatsBecomeFields) {
  EXPECT_THAT(run(udp(), {{"<34>Oct 11 22:14:15 phone su[12]: 'su root' failed\n"}}).lines,
              ElementsAre("syslog", "syslog.host=phone", "syslog.app=su",
                          "syslog.message='su root' failed"));
  EXPECT_THAT(
      run(udp(), {{"<165>1 2003-10-11T22:14:15.003Z phone.local app 1 ID47 "
                   "[ex@1 imei=\"4901\" x=\"a\\\"b]\"][m y=\"\"] \xef\xbb\xbf"
                   "text"}})
          .lines,
      ElementsAre("syslog", "syslog.host=phone.local", "syslog.app=app", "syslog.data:imei=4901",
                  "syslog.data:x=a\\\"b]", "syslog.data:y=", "syslog.message=text"));
  EXPECT_THAT(run(udp(), {{"<1>just text"}}).lines,
              ElementsAre("syslog", "syslog.message=just text"));
}

TEST(Syslog, AStreamIsCutByCountOrLine) {
  expect_same_in_any_cut("12 <1>counted a<2>a line\n<3>Oct 11 22:14:15 h t: m\r\n14 <4>two\nlines ",
                         [](const Pieces& pieces) {
                           const auto lines = lines_of(tcp(), pieces);
                           EXPECT_THAT(lines, Contains("syslog.message=counted a"));
                           EXPECT_THAT(lines, Contains("syslog.message=a line"));
                           EXPECT_THAT(lines, Contains("syslog.message=m"));
                           EXPECT_THAT(lines,
                                       Contains("syslog.message=two\nlines truncated").Times(0));
                           return lines;
                         });
}

TEST(Syslog, AGapAndTheEndCutARecord) {
  const Recorder told = run(tcp(), {{"<1>half"}, {"rest\n<2>next", 5}});
  EXPECT_THAT(told.lines, ElementsAre("syslog truncated", "syslog.message=half truncated", "syslog",
                                      "syslog.message=rest", "syslog truncated",
                                      "syslog.message=next truncated"));
}

TEST(Syslog, HostileRecordsAreSurvived) {
  for (const std::string_view text :
       {"<1>1 ", "<1>1 a b c d e [", "<1>1 a b c d e [x a=\"", "<1>1 a b c d e [x a=\"\\",
        "<1>1 a b c d e [[[[]]]]", "<", "<1", "<1>", "<1>Oct 11 22:14:15 ", ""}) {
    run(udp(), {{text}});
    run(tcp(), {{text}});
  }
  Scene small = tcp();
  small.limits.max_raw_window = 8;
  EXPECT_THAT(run(small, {{"<1>0123456789\n"}}).weirds, ElementsAre("syslog_record_beyond_cap"));
  run(tcp(), {{"9999999 <1>x"}});
}

TEST(Syslog, TheProbeWantsAPriority) {
  const auto probe = [](std::string_view text, uint8_t proto) {
    return find_parser("syslog")->probe({as_bytes(text), proto, 40000, 514});
  };
  EXPECT_EQ(probe("<34>x", kUdp), Probe::yes);
  EXPECT_EQ(probe("<html>", kUdp), Probe::no);
  EXPECT_EQ(probe("<34", kTcp), Probe::more);
  EXPECT_EQ(probe("12 <34>x", kTcp), Probe::yes);
  EXPECT_EQ(probe("12 34", kTcp), Probe::no);
}

}  // namespace
}  // namespace telltale::test
