#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Lines = std::vector<std::string>;

const ParserInfo& http1() { return *find_parser("http"); }
Scene scene() { return {http1()}; }

constexpr std::string_view kPost =
    "POST /v1/report?imei=490154203237518&x=%20 HTTP/1.1\r\n"
    "Host: Api.Example.com:8080\r\n"
    "Cookie: sid=abc; uid=42\r\n"
    "User-Agent: Dalvik/2.1 \r\n"
    "Content-Type: application/json\r\n"
    "Content-Encoding: gzip\r\n"
    "Content-Length: 13\r\n"
    "\r\n"
    "{\"lat\": 48.1}";

// Host, Content-Type and the like steer the exchange: they are hints, not Fields.
TEST(Http1, ARequestBecomesFields) {
  EXPECT_THAT(
      lines_of(scene(), {kPost}),
      ElementsAre("http host=api.example.com", "http.request.path=/v1/report",
                  "http.request.query=imei=490154203237518&x=%20", "http.request.cookie:sid=abc",
                  "http.request.cookie:uid=42", "http.request.header:User-Agent=Dalvik/2.1",
                  "http.request.body={\"lat\": 48.1} type=application/json coding=gzip"));
}

TEST(Http1, IsTheSameInAnyCut) {
  const std::string input =
      std::string(kPost) +
      "GET http://other.example/a?b#c HTTP/1.0\r\nHost: x\r\n\r\n\r\n\r\n"
      "PUT /up HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nTrailer: T\r\n\r\n"
      "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nT: v\r\n\r\n"
      "DELETE /x HTTP/1.1\r\n\r\n";
  expect_same_in_any_cut(input, [](const Pieces& pieces) { return lines_of(scene(), pieces); });
}

TEST(Http1, ChunkedBodiesAreJoinedAndTransferCodingsAreHints) {
  const Lines lines = lines_of(
      scene(),
      {"PUT /up HTTP/1.1\r\nContent-Encoding: br\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
       "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nT: v\r\n\r\n"});
  EXPECT_THAT(lines, Contains("http.request.body=hello world coding=br, gzip"));
  EXPECT_THAT(lines, Contains("http.request.header:T=v"));
}

TEST(Http1, TheAuthorityOfTheTargetWinsOverHost) {
  EXPECT_EQ(
      lines_of(scene(), {"GET http://user@[2001:DB8::1]:81/a HTTP/1.1\r\nHost: h\r\n\r\n"})[0],
      "http host=2001:db8::1");
}

TEST(Http1, ARequestOfAClosingClientIsFollowedByAnother) {
  const Lines lines = lines_of(scene(), {"GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"});
  EXPECT_THAT(lines, Contains("http.request.path=/2"));
}

TEST(Http1, FramesAreThoseOfTheEndOfTheValue) {
  const Recorder told = run(scene(), {{"POST /p?q=1 HTTP/1.1\r\nX-Im"},
                                      {"ei: 4901"},
                                      {"542\r\nX-A: 1\r\nContent-Length: 6\r\n\r\nabc"},
                                      {"def"}});
  EXPECT_EQ(told.frame_of("http.request.query"), 1u);
  EXPECT_EQ(told.frame_of("http.request.header:X-Imei"), 3u);
  EXPECT_EQ(told.frame_of("http.request.body"), 4u);
}

TEST(Http1, AGapInABodyIsBridgedAndTheNextRequestIsRead) {
  const Recorder told = run(scene(), {{"POST /a HTTP/1.1\r\nContent-Length: 30\r\n\r\n0123456789"},
                                      {"abcdefghij", 10},
                                      {"GET /b HTTP/1.1\r\n\r\n"}});
  EXPECT_THAT(told.lines, ElementsAre("http truncated", "http.request.path=/a",
                                      "http.request.body=0123456789 truncated",
                                      "http.request.body=abcdefghij truncated", "http",
                                      "http.request.path=/b"));
}

TEST(Http1, AGapInAChunkIsBridged) {
  const Recorder told =
      run(scene(), {{"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n0123456789"},
                    {"abcde\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n", 5}});
  EXPECT_THAT(told.lines, Contains("http.request.body=abcde truncated"));
  EXPECT_THAT(told.lines, Contains("http.request.path=/b"));
}

TEST(Http1, AGapUpToTheEndOfABodyEndsTheRequest) {
  const Recorder told = run(scene(), {{"POST /a HTTP/1.1\r\nContent-Length: 20\r\n\r\n0123456789"},
                                      {"GET /b HTTP/1.1\r\n\r\n", 10}});
  EXPECT_THAT(told.lines, Contains("http.request.body=0123456789 truncated"));
  EXPECT_THAT(told.lines, Contains("http.request.path=/b"));
}

TEST(Http1, CodedBytesBehindAGapAreNotRead) {
  const Recorder told = run(
      scene(), {{"POST /a HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n01234"},
                {"abcdefghij", 5}});
  EXPECT_EQ(told.not_read, 10u);
}

TEST(Http1, AGapInAHeadLosesOnlyThatRequest) {
  const Recorder told = run(scene(), {{"POST /a HTTP/1.1\r\nX-Imei: 4901"},
                                      {"542\r\nA: b\r\n\r\n{\"k\":1}GET /b HTTP/1.1\r\n\r\n", 7}});
  EXPECT_THAT(told.lines, ElementsAre("http truncated", "http.request.path=/a",
                                      "http.request.header:X-Imei=4901 truncated", "raw",
                                      "raw.payload=542\r\nA: b\r\n\r\n{\"k\":1}", "http",
                                      "http.request.path=/b"));
  EXPECT_THAT(told.weirds, Contains("http_framing_lost_in_gap"));
}

TEST(Http1, AGapBetweenRequestsIsSurvivedInAnyCut) {
  const std::string rest =
      "tail of a body\r\nmore\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nok";
  expect_same_in_any_cut(rest, [](const Pieces& pieces) {
    std::vector<Feed> feeds{{"GET /a HTTP/1.1\r\n\r\n"}};
    for (const std::string_view piece : pieces)
      feeds.push_back({piece, feeds.size() == 1 ? 999u : 0u});
    const Lines lines = run(scene(), feeds).lines;
    EXPECT_THAT(lines, Contains("http.request.body=ok"));
    return lines;
  });
}

TEST(Http1, WhatCannotBeParsedIsScannedAsRaw) {
  const Recorder told = run(scene(), {{"GET /a b HTTP/1.1\r\nX-Imei: 490154203237518\r\n\r\n"
                                       "GET /c HTTP/1.1\r\n\r\n"}});
  EXPECT_THAT(told.weirds, Contains("http_request_malformed"));
  std::string all;
  for (const std::string& line : told.lines) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("X-Imei: 490154203237518"));
  EXPECT_THAT(told.lines, Contains("http.request.path=/c"));
}

TEST(Http1, AnUnknownMethodIsScannedAsRaw) {
  expect_same_in_any_cut("GRAB /a HTTP/1.1\r\nX: secret\r\n\r\n", [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, Contains("raw.payload=GRAB /a HTTP/1.1\r\nX: secret\r\n\r\n"));
    return lines;
  });
}

TEST(Http1, APartialRequestIsGivenOutAtTheEnd) {
  EXPECT_THAT(lines_of(scene(), {"POST /a?b=c HTTP/1.1\r\nX-A: 1\r\nX-B: 23"}),
              ElementsAre("http truncated", "http.request.path=/a", "http.request.query=b=c",
                          "http.request.header:X-A=1", "http.request.header:X-B=23 truncated"));
  EXPECT_THAT(lines_of(scene(), {"POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"}),
              Contains("http.request.body=half truncated"));
  EXPECT_THAT(lines_of(scene(), {"GE"}), ElementsAre("raw", "raw.payload=GE"));
}

TEST(Http1, AConnectionThatIsUpgradedIsHandedOver) {
  const std::string connect = "CONNECT mail.example:443 HTTP/1.1\r\nHost: mail.example:443\r\n\r\n";
  expect_same_in_any_cut(connect + "\x16\x03\x01rest", [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, Contains("http.request.path=mail.example:443"));
    EXPECT_EQ(lines.back(), "left: \x16\x03\x01rest");
    return lines;
  });
  const std::string upgrade =
      "GET /h2 HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n";
  expect_same_in_any_cut(upgrade + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_EQ(lines.back(), "left: PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    return lines;
  });
}

TEST(Http1, ARefusedUpgradeGoesOn) {
  const std::string refused =
      "GET /1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPOST /2 HTTP/1.1\r\n\r\n";
  expect_same_in_any_cut(refused, [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, Contains("http.request.path=/2"));
    return lines;
  });
}

TEST(Http1, CapsAreCountedAndTold) {
  Scene small = scene();
  small.limits.max_body = 10;
  Recorder told = run(small, {{"POST /a HTTP/1.1\r\nContent-Length: 25\r\n\r\n0123456789abcde"},
                              {"0123456789GET /b HTTP/1.1\r\n\r\n"}});
  EXPECT_THAT(told.lines, Contains("http.request.body=0123456789 truncated"));
  EXPECT_THAT(told.lines, Contains("http.request.path=/b"));
  EXPECT_EQ(told.not_read, 15u);
  EXPECT_THAT(told.reasons, ElementsAre("body_cap"));
  EXPECT_THAT(told.weirds, ElementsAre("http_body_beyond_cap"));

  small.limits = {};
  small.limits.max_header_fields = 1;
  told = run(small, {{"GET /a HTTP/1.1\r\nA: 1\r\nBb: 22\r\n\r\nGET /b HTTP/1.1\r\n\r\n"}});
  EXPECT_THAT(told.lines, ElementsAre("http", "http.request.path=/a", "http.request.header:A=1",
                                      "http", "http.request.path=/b"));
  EXPECT_EQ(told.not_read, 4u);
  EXPECT_THAT(told.weirds, ElementsAre("http_header_fields_beyond_cap"));

  small.limits = {};
  small.limits.max_head = 10;
  told = run(small, {{"GET /a HTTP/1.1\r\nHeader: 0123456789\r\n\r\n"}});
  EXPECT_THAT(told.lines, Contains("http.request.header:Header=01 truncated"));
  EXPECT_THAT(told.lines, Contains("raw.payload=23456789\r\n\r\n"));
  EXPECT_THAT(told.weirds, ElementsAre("http_head_beyond_cap"));
}

TEST(Http1, LengthsThatContradictEachOtherAreReadAsServersReadThem) {
  const Lines lines = lines_of(scene(), {"POST /a HTTP/1.1\r\nContent-Length: 99\r\n"
                                         "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"});
  EXPECT_THAT(lines, Contains("http.request.body=ok"));
  EXPECT_THAT(
      lines_of(scene(), {"POST /a HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nx"}),
      Not(IsEmpty()));
}

TEST(Http1, ManyCookiesAreReadInLinearTime) {
  std::string input = "GET / HTTP/1.1\r\nCookie: ";
  for (int i = 0; i < 15'000; ++i) input += "a=;";
  const Recorder told = run(scene(), {{input + "\r\n\r\n"}});
  ASSERT_EQ(told.messages.size(), 1u);
  EXPECT_GT(told.messages[0].fields.size(), 15'000u);
}

TEST(Http1, TheProbeKnowsARequest) {
  struct Row {
    std::string_view head;
    Probe answer;
  };
  for (const Row& row :
       {Row{"G", Probe::more}, Row{"GET", Probe::more}, Row{"GET ", Probe::more},
        Row{"GET /", Probe::yes}, Row{"M-SEARCH *", Probe::yes}, Row{"PRI * HTTP/2.0", Probe::no},
        Row{"GETX /", Probe::no}, Row{"\x16\x03", Probe::no}, Row{"CONNECT a:1", Probe::yes}}) {
    EXPECT_EQ(http1().probe({as_bytes(row.head), kTcp, 40000, 80}), row.answer) << row.head;
  }
}

}  // namespace
}  // namespace telltale::test
