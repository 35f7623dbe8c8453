#include "sensor/detect/detector_set.h"

#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

constexpr std::string_view kBody = R"({"device":{"imei":"352458071234565"}})";

Finding finding_of(const DetectorSet& set, std::string_view body) {
  Detected seen(MessageBuilder().body(body).take());
  return set.to_finding(seen.message, *seen.best(DataType::imei), true);
}

TEST(DetectorSet, AFindingSaysWhereHowAndHowSure) {
  const Finding finding = finding_of(detectors(), kBody);
  EXPECT_EQ(finding.type, DataType::imei);
  EXPECT_EQ(finding.location, "http.request.body:$.device.imei");
  EXPECT_TRUE(finding.encodings.empty());
  EXPECT_EQ(finding.sample, "3524********5");
  EXPECT_EQ(finding.fingerprint.size(), 16u);
  EXPECT_TRUE(finding.cleartext);
  EXPECT_GT(finding.confidence, 0.9);
}

TEST(DetectorSet, EncodingsAreNamed) {
  const Finding finding = finding_of(detectors(), R"({"d":"%7B%22imei%22%3A%22352458071234565%22%7D"})");
  EXPECT_FALSE(finding.encodings.empty());
}

TEST(DetectorSet, SamplesFollowTheSetting) {
  const DetectorSet clear(KeyTable::shipped(), {SampleMode::clear});
  const DetectorSet hidden(KeyTable::shipped(), {SampleMode::fingerprint});
  EXPECT_EQ(finding_of(clear, kBody).sample, "352458071234565");
  EXPECT_EQ(finding_of(hidden, kBody).sample, "");
  EXPECT_EQ(finding_of(hidden, kBody).fingerprint, finding_of(clear, kBody).fingerprint);
}

TEST(DetectorSet, TheFrameIsTheLastOneOfTheEvidence) {
  Message message = MessageBuilder().query("lat=52.5163").take();
  message.frames.mark(0, {1, 7});
  Sighting sighting;
  sighting.type = DataType::imei;
  sighting.field = 0;
  EXPECT_EQ(detectors().to_finding(message, sighting, false).packet.number, 7u);
}

TEST(DetectorSet, NothingBelowTheLeastConfidenceIsTold) {
  for (const std::string_view body : {kBody, std::string_view(R"({"device_id":"4b1f8e0c9a7d3e52"})")}) {
    const Detected seen(MessageBuilder().body(body).take());
    for (const Sighting& sighting : seen.seen.sightings) EXPECT_GE(sighting.confidence, 0.5);
  }
}

TEST(DetectorSet, AHugeFlatMessageCostsLinearTime) {
  std::string body = "{";
  for (int i = 0; i < 60000; ++i) body += "\"lat\":52.5163,\"imei\":\"352458071234565\",\"phone\":\"+4915112345678\",";
  body += "\"end\":1}";
  const Detected seen(MessageBuilder().body(body).take());
  EXPECT_EQ(seen.value(DataType::imei), "352458071234565");
}

TEST(DetectorSet, DeepNestingIsNoTrouble) {
  std::string body;
  for (int i = 0; i < 60; ++i) body += R"({"device":)";
  body += R"({"imei":"352458071234565"})";
  for (int i = 0; i < 60; ++i) body += "}";
  EXPECT_EQ(Detected(MessageBuilder().body(body).take()).types(), "imei");
}

}  // namespace
}  // namespace telltale::test
