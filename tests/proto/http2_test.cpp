#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Lines = std::vector<std::string>;

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
enum Type : char { kData, kHeaders, kPriority, kReset, kSettings, kPing = 6, kContinuation = 9 };
enum Flag : char { kNone = 0, kEndStream = 1, kEndHeaders = 4, kPadded = 8, kHasPriority = 0x20 };

Scene scene() { return {*find_parser("http2")}; }

std::string frame(Type type, int flags, size_t stream, const std::string& content) {
  return be32(content.size()).substr(1) + byte(static_cast<size_t>(type)) +
         byte(static_cast<size_t>(flags)) + be32(stream) + content;
}
// A literal field (RFC 7541 section 6.2), remembered in the dynamic table with `indexed`.
std::string field(const std::string& name, const std::string& value, bool indexed = false) {
  return byte(indexed ? 0x40 : 0) + byte(name.size()) + name + byte(value.size()) + value;
}
std::string remembered(size_t position) { return byte(0x80 | (62 + position)); }
std::string head(const std::string& path) {
  return "\x83\x87" + field(":path", path) + field(":authority", "api.example:443");
}
std::string grpc_message(const std::string& text, bool compressed = false) {
  return byte(compressed ? 1 : 0) + be32(text.size()) + text;
}

TEST(Http2, ARequestBecomesFields) {
  const std::string input = kPreface + frame(kSettings, 0, 0, "") +
                            frame(kHeaders, kEndHeaders, 1,
                                  head("/v1?imei=1") + field("cookie", "a=b") +
                                      field("content-type", "application/json")) +
                            frame(kData, kNone, 1, "{\"a\":") +
                            frame(kData, kEndStream | kPadded, 1, byte(2) + "1}" + "xx");
  expect_same_in_any_cut(input, [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("http2 host=api.example", "http2.request.path=/v1",
                                   "http2.request.query=imei=1", "http2.request.cookie:a=b",
                                   "http2.request.body={\"a\":1} type=application/json"));
    return lines;
  });
}

TEST(Http2, StreamsAreInterleavedAndBlocksContinued) {
  const std::string block = head("/2") + field("x-imei", "490154203237518", true);
  const std::string input =
      kPreface + frame(kHeaders, kEndHeaders, 1, head("/1")) +
      frame(kHeaders, kHasPriority | kEndStream, 3, be32(0) + byte(9) + block.substr(0, 20)) +
      frame(kContinuation, kNone, 3, block.substr(20, 10)) +
      frame(kContinuation, kEndHeaders, 3, block.substr(30)) + frame(kPing, 0, 0, "12345678") +
      frame(kData, kEndStream, 1, "one") +
      frame(kHeaders, kEndHeaders | kEndStream, 5, head("/3") + remembered(0));
  const Recorder told = run(scene(), {{input}});
  EXPECT_THAT(
      told.lines,
      ElementsAre("http2 host=api.example", "http2.request.path=/2",
                  "http2.request.header:x-imei=490154203237518", "http2 host=api.example",
                  "http2.request.path=/1", "http2.request.body=one", "http2 host=api.example",
                  "http2.request.path=/3", "http2.request.header:x-imei=490154203237518"));
  EXPECT_THAT(told.weirds, IsEmpty());
}

TEST(Http2, GrpcMessagesAreTold) {
  const std::string body = grpc_message("first") + grpc_message("zipped", true) + grpc_message("");
  const std::string input = kPreface +
                            frame(kHeaders, kEndHeaders, 1,
                                  head("/svc/Call") + field("content-type", "application/grpc") +
                                      field("grpc-encoding", "zstd")) +
                            frame(kData, kNone, 1, body.substr(0, 8)) +
                            frame(kData, kNone, 1, body.substr(8)) +
                            frame(kData, kEndStream, 1, grpc_message("cut off").substr(0, 8));
  expect_same_in_any_cut(input, [](const Pieces& pieces) {
    const Lines lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, Contains("http2.request.path=/svc/Call"));
    EXPECT_THAT(lines, Contains("grpc.message=first type=application/x-protobuf"));
    EXPECT_THAT(lines, Contains("grpc.message=zipped type=application/x-protobuf coding=zstd"));
    EXPECT_THAT(lines, Contains("grpc.message=cut type=application/x-protobuf truncated"));
    return lines;
  });
}

TEST(Http2, AGapInDataIsBridged) {
  const std::string before = kPreface + frame(kHeaders, kEndHeaders, 1, head("/1"));
  const std::string data = frame(kData, kEndStream, 1, "0123456789abcdef");
  const Recorder told = run(
      scene(), {{before + data.substr(0, 13)},
                {data.substr(17) + frame(kHeaders, kEndHeaders | kEndStream, 3, head("/2")), 4}});
  EXPECT_THAT(told.lines, Contains("http2.request.body=0123 truncated"));
  EXPECT_THAT(told.lines, Contains("http2.request.body=89abcdef truncated"));
  EXPECT_THAT(told.lines, Contains("http2.request.path=/2"));
  EXPECT_THAT(told.weirds, IsEmpty());
}

TEST(Http2, AfterALargerGapTheNextFrameIsFound) {
  const std::string before =
      kPreface + frame(kHeaders, kEndHeaders, 1, head("/1") + field("a", "b", true));
  const std::string rest =
      "rest of a body" + frame(kHeaders, kEndHeaders | kEndStream, 3, head("/2")) +
      frame(kHeaders, kEndHeaders, 5, head("/3")) + frame(kData, kNone, 5, "half");
  expect_same_in_any_cut(rest, [&](const Pieces& pieces) {
    std::vector<Feed> feeds{{before}};
    for (const std::string_view piece : pieces)
      feeds.push_back({piece, feeds.size() == 1 ? 50u : 0u});
    const Recorder told = run(scene(), feeds);
    EXPECT_THAT(told.lines, Contains("raw.payload=rest of a body"));
    EXPECT_THAT(told.lines, Contains("http2.request.path=/2"));
    EXPECT_THAT(told.lines, Contains("http2.request.body=half truncated"));
    EXPECT_THAT(told.weirds, ElementsAre("http2_framing_lost_in_gap"));
    return told.lines;
  });
}

TEST(Http2, AReferenceToALostFieldIsNoField) {
  const Recorder told =
      run(scene(), {{kPreface + frame(kHeaders, kEndHeaders | kEndStream, 1,
                                      head("/1") + field("a", "b", true))},
                    {frame(kHeaders, kEndHeaders | kEndStream, 3, head("/2") + remembered(0)) +
                         frame(kHeaders, kEndHeaders | kEndStream, 5, head("/3")),
                     50}});
  EXPECT_THAT(told.weirds, Contains("http2_hpack_state_lost"));
  EXPECT_THAT(told.lines, Contains("http2.request.path=/3"));
}

TEST(Http2, MalformedFramesLeadToRawAndBack) {
  const std::string padding_lies = frame(kData, kPadded, 1, byte(200) + "secret");
  const std::string input = kPreface + padding_lies +
                            frame(kHeaders, kEndHeaders | kEndStream, 3, head("/2")) +
                            frame(kPing, 0, 0, "12345678");
  const Recorder told = run(scene(), {{input}});
  EXPECT_THAT(told.lines, Contains("raw.payload=secret"));
  EXPECT_THAT(told.lines, Contains("http2.request.path=/2"));
  EXPECT_THAT(told.weirds, Contains("http2_frame_malformed"));
  EXPECT_THAT(
      run(scene(), {{kPreface.substr(0, 18) + "XX"}}).lines,
      ElementsAre("handover to raw", "raw", "raw.payload=" + kPreface.substr(0, 18) + "XX"));
}

TEST(Http2, HostileFramesEndInLinearTime) {
  std::string input = kPreface + byte(255);
  for (int i = 0; i < 20'000; ++i)
    input += frame(kHeaders, kNone, 1, "") + frame(kData, kNone, 1, "");
  run(scene(), {{input}});
}

TEST(Http2, CapsAreCounted) {
  Scene small = scene();
  small.limits.max_http2_streams = 2;
  small.limits.max_body = 5;
  std::string input = kPreface;
  for (const size_t id : {1u, 3u, 5u}) {
    input += frame(kHeaders, kEndHeaders, id, head("/" + std::to_string(id))) +
             frame(kData, kNone, id, "abc");
  }
  Recorder told = run(small, {{input}});
  EXPECT_THAT(told.weirds, ElementsAre("http2_streams_beyond_cap", "http_body_beyond_cap"));
  EXPECT_THAT(told.lines, Contains("http2.request.body=ab truncated"));
  EXPECT_EQ(told.not_read, 1u);
  small.limits.max_head = 10;
  told = run(small, {{kPreface + frame(kHeaders, kEndHeaders, 1, field(":path", "/0123456789"))}});
  EXPECT_THAT(told.weirds, ElementsAre("http2_head_beyond_cap"));
}

TEST(Http2, OpenRequestsAreGivenOutAtTheEnd) {
  const Lines lines = lines_of(scene(), {kPreface + frame(kHeaders, kEndHeaders, 1, head("/1")) +
                                         frame(kData, kNone, 1, "half")});
  EXPECT_EQ(lines[0], "http2 host=api.example truncated");
  EXPECT_EQ(lines.back(), "http2.request.body=half truncated");
}

TEST(Http2, TheProbeKnowsThePreface) {
  const auto probe = [](std::string_view text) {
    return find_parser("http2")->probe({as_bytes(text), kTcp, 40000, 443});
  };
  EXPECT_EQ(probe("PRI"), Probe::more);
  EXPECT_EQ(probe(kPreface + "x"), Probe::yes);
  EXPECT_EQ(probe("PRO"), Probe::no);
}

}  // namespace
}  // namespace telltale::test
