#include <gmock/gmock.h>
#include <zlib.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

Scene scene() { return {*find_parser("websocket")}; }

// `first` holds FIN, RSV and the opcode.
std::string frame(size_t first, const std::string& payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string size = byte(0x80 | payload.size());
  if (payload.size() > 125) size = byte(0xfe) + be16(payload.size());
  if (payload.size() > 0xffff) size = byte(0xff) + be32(0) + be32(payload.size());
  std::string masked;
  for (size_t i = 0; i < payload.size(); ++i) masked += static_cast<char>(payload[i] ^ mask[i & 3]);
  return byte(first) + size + mask + masked;
}

// Deflates messages with one window, as permessage-deflate does.
class Deflater {
 public:
  Deflater() { deflateInit2(&stream_, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY); }
  ~Deflater() { deflateEnd(&stream_); }
  std::string operator()(std::string text) {
    std::string out(text.size() + 1000, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(text.data());
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    out.resize(out.size() - stream_.avail_out - 4);
    return out;
  }

 private:
  z_stream stream_{};
};

TEST(WebSocket, MessagesAreUnmaskedAndJoined) {
  const std::string input = frame(0x81, "{\"a\":1}") + frame(0x01, "first ") + frame(0x89, "ping") +
                            frame(0x00, "second ") + frame(0x80, "third") +
                            frame(0x82, std::string(200, 'b')) +
                            frame(0x81, std::string(70'000, 't')).substr(0, 20);
  expect_same_in_any_cut(input, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("websocket", "websocket.text={\"a\":1}", "websocket",
                                   "websocket.text=first second third", "websocket",
                                   "websocket.binary=" + std::string(200, 'b') + " binary",
                                   "websocket truncated", "websocket.text=tttttt truncated"));
    return lines;
  });
}

TEST(WebSocket, CompressedMessagesShareAWindow) {
  Deflater deflater;
  const std::string text = "imei=490154203237518 and some more text";
  std::string input = frame(0xc1, deflater(text));
  input += frame(0xc1, deflater(text));
  input += frame(0x81, "plain");
  expect_same_in_any_cut(input, [&](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, ElementsAre("websocket", "websocket.text=" + text, "websocket",
                                   "websocket.text=" + text, "websocket", "websocket.text=plain"));
    return lines;
  });
}

TEST(WebSocket, CompressedMessagesThatReferToLostOnesAreReadAsFarAsTheyGo) {
  Deflater deflater;
  const std::string text = "imei=490154203237518 and some more text";
  const std::string first = frame(0xc1, deflater(text));
  const std::string second = frame(0xc1, deflater(text));
  const Recorder told =
      run(scene(), {{first.substr(0, 8)}, {second + frame(0x81, "plain"), first.size() - 8}});
  EXPECT_THAT(told.weirds, ElementsAre("websocket_inflate_damaged"));
  EXPECT_THAT(told.lines, Contains("websocket.text=plain"));
  EXPECT_THAT(told.lines, Not(Contains("websocket.text=" + text)));
}

TEST(WebSocket, CompressedBytesBehindAGapAreNotRead) {
  const std::string message = frame(0xc1, Deflater()("imei=490154203237518 and some more text"));
  const Recorder told =
      run(scene(), {{message.substr(0, 6)}, {message.substr(10) + frame(0x81, "plain"), 4}});
  EXPECT_THAT(told.lines, ElementsAre("websocket", "websocket.text=plain"));
  EXPECT_EQ(told.not_read, message.size() - 10);
  EXPECT_THAT(told.reasons, ElementsAre("unknown_binary"));
}

TEST(WebSocket, AGapInAPayloadIsBridged) {
  const std::string input = frame(0x81, "0123456789abcdef");
  const Recorder told =
      run(scene(), {{input.substr(0, 10)}, {input.substr(13) + frame(0x81, "next"), 3}});
  EXPECT_THAT(told.lines,
              ElementsAre("websocket truncated", "websocket.text=0123 truncated", "websocket",
                          "websocket.text=789abcdef", "websocket", "websocket.text=next"));
}

TEST(WebSocket, AfterALargerGapWholeFramesGoOn) {
  const Recorder told = run(
      scene(), {{frame(0x81, "a")}, {"masked rest", 500}, {frame(0x81, "b") + frame(0x81, "c")}});
  EXPECT_THAT(told.lines, Contains("websocket.text=b"));
  EXPECT_EQ(told.not_read, 11u);
  EXPECT_THAT(told.weirds, ElementsAre("websocket_framing_lost_in_gap"));
}

TEST(WebSocket, WhatIsNoFrameIsHandedToRaw) {
  for (const std::string& bad :
       {frame(0x83, "x"), frame(0xb1, "x"), frame(0x09, "x"), frame(0x89, std::string(126, 'x')),
        frame(0x01, "x") + frame(0x81, "y")}) {
    expect_same_in_any_cut(bad, [](const Pieces& pieces) {
      const auto lines = lines_of(scene(), pieces);
      EXPECT_THAT(lines, Contains("handover to raw"));
      return lines;
    });
  }
  EXPECT_THAT(run(scene(), {{"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff mask"}}).weirds,
              ElementsAre("websocket_frame_malformed"));
}

TEST(WebSocket, CapsAreCounted) {
  Scene small = scene();
  small.limits.max_body = 10;
  Recorder told = run(small, {{frame(0x81, "0123456789abc") + frame(0x81, "ok")}});
  EXPECT_THAT(told.lines, ElementsAre("websocket truncated", "websocket.text=0123456789 truncated",
                                      "websocket", "websocket.text=ok"));
  EXPECT_EQ(told.not_read, 3u);
  small.limits.max_body = 100'000;
  told = run(small, {{frame(0xc1, Deflater()(std::string(1'000'000, 'x')))}});
  EXPECT_THAT(told.weirds, ElementsAre("websocket_inflate_beyond_cap"));
  EXPECT_LE(told.messages.at(0).fields[0].value.size(), 100'000u);
}

TEST(WebSocket, MqttInBinaryMessagesIsParsed) {
  const std::string connect =
      byte(0x10) + byte(15) + text16("MQTT") + byte(4) + byte(2) + be16(60) + text16("abc");
  const std::string publish = byte(0x30) + byte(7) + text16("t") + "hello" + "";
  const Recorder told = run(scene(), {{frame(0x82, connect) + frame(0x82, publish.substr(0, 4)) +
                                       frame(0x82, publish.substr(4) + "")}});
  EXPECT_THAT(told.lines, Contains("mqtt.connect.client_id=abc"));
  EXPECT_THAT(told.lines, Contains("mqtt.publish.topic=t"));
}

TEST(WebSocket, IsFoundByTheUpgrade) {
  const std::string request =
      "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
  const std::string hello = frame(0x81, "hello");
  const Recorder told = run({*find_parser("http")}, {{request}, {hello}, {frame(0x81, "again")}});
  EXPECT_THAT(told.lines, Contains("http.request.path=/chat"));
  EXPECT_THAT(told.lines, Contains("websocket.text=hello"));
  EXPECT_THAT(told.lines, Contains("websocket.text=again"));
}

}  // namespace
}  // namespace telltale::test
