#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Scene scene() { return {*find_parser("mqtt"), kTcp, 40000, 1883}; }

std::string packet(size_t first, const std::string& content) {
  std::string size;
  for (size_t left = content.size();; left >>= 7) {
    size += byte((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return byte(first) + size + content;
}
std::string connect(size_t version, size_t flags, const std::string& rest) {
  return packet(0x10, text16("MQTT") + byte(version) + byte(flags) + be16(60) + rest);
}
std::string publish(const std::string& topic, const std::string& payload) {
  return packet(0x30, text16(topic) + payload);
}
const std::string kConnect = connect(
    4, 0xc6,
    text16("phone-7") + text16("will/t") + text16("gone") + text16("ann") + text16("secret"));

TEST(Mqtt, ConnectAndPublishBecomeFields) {
  const std::string input = kConnect + packet(0xc0, "") +
                            packet(0x32, text16("a/b") + be16(1) + "{\"lat\": 48.1}") +
                            publish("big", std::string(300, 'x')) + packet(0xe0, "");
  expect_same_in_any_cut(input, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(
        lines,
        ElementsAre("mqtt", "mqtt.connect.client_id=phone-7", "mqtt.will.topic=will/t",
                    "mqtt.will.payload=gone", "mqtt.connect.username=ann", "mqtt",
                    "mqtt.publish.topic=a/b", "mqtt.publish.payload={\"lat\": 48.1}", "mqtt",
                    "mqtt.publish.topic=big", "mqtt.publish.payload=" + std::string(300, 'x')));
    return lines;
  });
}

TEST(Mqtt, Version5HasProperties) {
  const std::string properties = byte(0x03) + text16("application/json") + byte(0x26) +
                                 text16("imei") + text16("490154203237518");
  const std::string input = connect(5, 2, byte(3) + byte(0x21) + be16(10) + text16("id")) +
                            packet(0x30, text16("t") + byte(properties.size()) + properties + "{}");
  EXPECT_THAT(lines_of(scene(), {input}),
              ElementsAre("mqtt", "mqtt.connect.client_id=id", "mqtt", "mqtt.publish.topic=t",
                          "mqtt.user_property:imei=490154203237518",
                          "mqtt.publish.payload={} type=application/json"));
}

TEST(Mqtt, AGapInAPacketCostsOnlyWhatIsMissing) {
  const std::string input = publish("t", "0123456789abcdefghij");
  const Recorder told = run(
      scene(), {{kConnect}, {input.substr(0, 10)}, {input.substr(15) + publish("u", "next"), 5}});
  EXPECT_THAT(told.lines, Contains("mqtt.publish.payload=01234 truncated"));
  EXPECT_THAT(told.lines, Contains("raw.payload=abcdefghij"));
  EXPECT_THAT(told.lines, Contains("mqtt.publish.payload=next"));
  EXPECT_THAT(told.weirds, IsEmpty());
}

TEST(Mqtt, ALargerGapIsFollowedByTheNextSegmentThatStartsAPacket) {
  const Recorder told =
      run(scene(), {{kConnect}, {"rest of something", 100}, {publish("u", "next")}});
  EXPECT_THAT(told.lines, Contains("raw.payload=rest of something"));
  EXPECT_THAT(told.lines, Contains("mqtt.publish.payload=next"));
  EXPECT_THAT(told.weirds, ElementsAre("mqtt_framing_lost_in_gap"));
}

TEST(Mqtt, HostileLengthsAreSurvived) {
  for (const std::string& input :
       {packet(0x30, be16(0xffff) + "topic"), packet(0x10, be16(0xffff)),
        std::string("\x30\xff\xff\xff\xff\x7f"), connect(5, 2, "\xff\xff\xff\x7f"),
        packet(0x30, text16("t")).substr(0, 3), std::string("\x00\x00", 2)}) {
    run(scene(), {{kConnect + input}});
    for (size_t i = 0; i < input.size(); ++i) run(scene(), {{input.substr(0, i)}});
  }
  const Recorder told = run(scene(), {{"\x30\xff\xff\xff\xff\x7f secret"}});
  EXPECT_THAT(told.weirds, Contains("mqtt_packet_malformed"));
  EXPECT_THAT(told.lines, SizeIs(2));
}

TEST(Mqtt, APacketBeyondTheCapIsCut) {
  Scene small = scene();
  small.limits.max_body = 16;
  expect_same_in_any_cut(
      publish("t", std::string(40, 'x')) + publish("u", "next"), [&](const Pieces& pieces) {
        std::vector<Feed> feeds;
        for (const std::string_view piece : pieces) feeds.push_back({piece});
        const Recorder told = run(small, feeds);
        EXPECT_THAT(told.lines, ElementsAre("mqtt truncated", "mqtt.publish.topic=t",
                                            "mqtt.publish.payload=xxxxxxxxxxx truncated", "mqtt",
                                            "mqtt.publish.topic=u", "mqtt.publish.payload=next"));
        EXPECT_EQ(told.not_read, 29u);
        EXPECT_THAT(told.weirds, ElementsAre("mqtt_packet_beyond_cap"));
        return told.lines;
      });
}

TEST(Mqtt, TheProbeKnowsAConnect) {
  const auto probe = [](std::string_view text) {
    return find_parser("mqtt")->probe({as_bytes(text), kTcp, 40000, 1883});
  };
  EXPECT_EQ(probe(kConnect), Probe::yes);
  EXPECT_EQ(probe(kConnect.substr(0, 4)), Probe::more);
  EXPECT_EQ(probe(packet(0x10, text16("MQIsdp") + "\3")), Probe::yes);
  EXPECT_EQ(probe(packet(0x10, text16("HTTP") + "\3")), Probe::no);
  EXPECT_EQ(probe("GET "), Probe::no);
}

}  // namespace
}  // namespace telltale::test
