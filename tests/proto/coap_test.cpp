#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("coap"), kUdp, 40000, 5683}; }

// Options as (number, value), in order.
std::string request(size_t id, const std::vector<std::pair<size_t, std::string>>& options,
                    const std::string& payload, size_t code = 2) {
  std::string bytes = byte(0x42) + byte(code) + be16(id) + "tk";
  size_t last = 0;
  for (const auto& [number, value] : options) {
    const size_t delta = number - last;
    last = number;
    bytes += byte((delta > 12 ? 13 : delta) << 4 | (value.size() > 12 ? 13 : value.size()));
    if (delta > 12) bytes += byte(delta - 13);
    if (value.size() > 12) bytes += byte(value.size() - 13);
    bytes += value;
  }
  return payload.empty() ? bytes : bytes + "\xff" + payload;
}

TEST(Coap, ARequestBecomesFields) {
  EXPECT_THAT(run(scene(), {{request(1,
                                     {{3, "h.example"},
                                      {11, "v1"},
                                      {11, "report"},
                                      {12, byte(50)},
                                      {15, "imei=490154203237518"},
                                      {15, "a=b"}},
                                     "{\"a\":1}")}})
                  .lines,
              ElementsAre("coap host=h.example", "coap.path=/v1/report",
                          "coap.query=imei=490154203237518&a=b",
                          "coap.payload={\"a\":1} type=application/json"));
}

TEST(Coap, BlocksAreJoinedAndRepeatsDropped) {
  const std::string first = request(1, {{11, "p"}, {27, byte(0x08)}}, "0123456789abcdef");
  const std::string second = request(2, {{11, "p"}, {27, byte(0x18)}}, "ghijklmnopqrstuv");
  const std::string third = request(3, {{11, "p"}, {27, byte(0x20)}}, "end");
  const Recorder told = run(scene(), {{first}, {second}, {second}, {third}});
  EXPECT_THAT(told.lines, ElementsAre("coap", "coap.path=/p",
                                      "coap.payload=0123456789abcdefghijklmnopqrstuvend"));
  EXPECT_EQ(told.frame_of("coap.payload"), 4u);
  EXPECT_THAT(
      run(scene(), {{first}, {third}}).lines,
      ElementsAre("coap truncated", "coap.path=/p", "coap.payload=0123456789abcdef truncated",
                  "coap", "coap.path=/p", "coap.payload=end"));
}

TEST(Coap, AnswersAndAcknowledgementsAreNoRequests) {
  EXPECT_THAT(run(scene(), {{request(1, {}, "x", 0x45)}, {"\x60" + byte(0) + be16(1)}}).lines,
              IsEmpty());
  EXPECT_THAT(run(scene(), {{request(1, {{11, "p"}}, "x"), 0, Direction::to_client}}).lines,
              IsEmpty());
}

TEST(Coap, HostileOptionsAreSurvived) {
  const std::string good = request(1, {{11, "path"}, {27, byte(0x08)}}, "payload");
  for (size_t size = 0; size < good.size(); ++size) run(scene(), {{good.substr(0, size)}});
  for (const std::string& tail : {byte(0xee) + be16(0xffff) + be16(0xffff), byte(0xf1), byte(0x1f),
                                  byte(0xff), byte(0xb4) + byte(0xd5)}) {
    const Recorder told = run(scene(), {{byte(0x40) + byte(2) + be16(1) + tail}});
    EXPECT_THAT(told.weirds, Contains("coap_message_malformed"));
  }
}

TEST(Coap, TheCapForBodiesHolds) {
  Scene small = scene();
  small.limits.max_body = 4;
  const Recorder told = run(small, {{request(1, {}, "0123456")}});
  EXPECT_THAT(told.lines, ElementsAre("coap truncated", "coap.payload=0123 truncated"));
  EXPECT_EQ(told.not_read, 3u);
  EXPECT_THAT(told.weirds, ElementsAre("coap_body_beyond_cap"));
}

}  // namespace
}  // namespace telltale::test
