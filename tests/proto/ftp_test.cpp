#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("ftp"), kTcp, 40000, 21}; }
constexpr Direction kServer = Direction::to_client;

TEST(Ftp, CommandsWithNamesAreTold) {
  expect_same_in_any_cut(
      "USER ann\r\nPASS x\r\nCWD /up load\r\nNOOP\r\nQUIT\r\n", [](const Pieces& pieces) {
        const auto lines = lines_of(scene(), pieces);
        EXPECT_THAT(lines,
                    ElementsAre("ftp", "ftp.command:USER=ann", "ftp", "ftp.command:CWD=/up load"));
        return lines;
      });
}

TEST(Ftp, AnUploadIsExpectedWhereItWasAgreedOn) {
  const Recorder told =
      run(scene(), {{"PASV\r\n"},
                    {"227 Entering Passive Mode (10,0,0,9,4,1).\r\n", 0, kServer},
                    {"STOR contacts.vcf\r\n"},
                    {"EPSV\r\n"},
                    {"229 Entering Extended Passive Mode (|||6446|)\r\n", 0, kServer},
                    {"APPE log.txt\r\n"},
                    {"PORT 192,168,1,7,200,10\r\nSTOU\r\n"},
                    {"EPRT |2|2001:db8::7|5282|\r\nSTOR six\r\n"}});
  EXPECT_THAT(told.lines, Contains("expect 10.0.0.9:1025 contacts.vcf"));
  EXPECT_THAT(told.lines, Contains("expect ::"
                                   ":6446 log.txt"));
  EXPECT_THAT(told.lines, Contains("expect 192.168.1.7:51210  server connects"));
  EXPECT_THAT(told.lines, Contains("expect 2001:db8::7:5282 six server connects"));
}

TEST(Ftp, DownloadsAndNonsenseAreNotExpected) {
  const Recorder told =
      run(scene(), {{"PASV\r\n"},
                    {"227 (10,0,0,9,4,1)\r\n", 0, kServer},
                    {"RETR file\r\n"},
                    {"PASV\r\n"},
                    {"227 (10,0,0,999,4,1)\r\n", 0, kServer},
                    {"229 (|||70000|)\r\n229 (\r\n227\r\n227 (1,2\r\n", 0, kServer},
                    {"EPRT\r\nEPRT |1|\r\nPORT 1,2,3\r\nSTOR x\r\n"}});
  for (const std::string& line : told.lines) EXPECT_NE(line.substr(0, 6), "expect");
}

TEST(Ftp, AuthTlsHandsOver) {
  expect_same_in_any_cut("AUTH TLS\r\n\x16\x03\x01", [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("handover to nobody", "left: \x16\x03\x01"));
    return lines;
  });
}

TEST(Ftp, AGapCostsACommand) {
  EXPECT_THAT(run(scene(), {{"USER a"}, {"nn\r\nCWD /x\r\n", 3}}).lines,
              Contains("ftp.command:CWD=/x"));
}

TEST(FtpData, AFileIsOneFieldInEitherDirection) {
  const Scene data{*find_parser("ftp-data")};
  expect_same_in_any_cut("BEGIN:VCARD\r\nEND:VCARD\r\n", [&](const Pieces& pieces) {
    const auto lines = lines_of(data, pieces);
    EXPECT_THAT(lines, ElementsAre("ftp-data", "ftp.data=BEGIN:VCARD\r\nEND:VCARD\r\n"));
    return lines;
  });
  const Recorder told = run(data, {{"active", 0, kServer}});
  ASSERT_EQ(told.messages.size(), 1u);
  EXPECT_EQ(told.messages[0].direction, kServer);
}

TEST(FtpData, GapsCapsAndTls) {
  Scene data{*find_parser("ftp-data")};
  EXPECT_THAT(
      run(data, {{"one"}, {"two", 7}}).lines,
      ElementsAre("ftp-data truncated", "ftp.data=one truncated", "ftp-data", "ftp.data=two"));
  EXPECT_THAT(run(data, {{"\x16\x03\x01 tls"}}).lines,
              ElementsAre("handover to nobody", "left: \x16\x03\x01 tls"));
  data.limits.max_body = 4;
  const Recorder told = run(data, {{"012"}, {"345"}, {"678"}});
  EXPECT_THAT(told.lines, ElementsAre("ftp-data truncated", "ftp.data=0123 truncated"));
  EXPECT_EQ(told.not_read, 5u);
  EXPECT_THAT(told.weirds, ElementsAre("ftp_file_beyond_cap"));
}

}  // namespace
}  // namespace telltale::test
