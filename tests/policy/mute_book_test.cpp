#include "sensor/policy/mute_book.h"

#include <gtest/gtest.h>

#include "config/mutes.h"
#include "sensor/policy/rules.h"

namespace telltale {
namespace {

const Timestamp kNow =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);

struct World {
  Device device;
  Destination destination;
  Finding finding;

  World() {
    device.id = "02:00:00:00:00:07";
    device.mac = device.id;
    device.name = "Lab phone";
    device.group = "phones";
    device.ip = *IpAddress::parse("192.168.0.7");
    destination.ip = *IpAddress::parse("203.0.113.9");
    destination.hostname = "api.example.com";
    destination.app = "Example / Other";
    finding.type = DataType::android_id;
    finding.confidence = 0.9;
  }
  Occasion occasion() const { return {device, destination, &finding, {}, 0, kNow, 0}; }
};

bool is_muted(const World& world, const std::string& mute) {
  const Config config =
      parse_config("rules: [{name: it, then: {verdict: alert}}]\nmutes: [" + mute + "]\n", "test");
  const Verdict verdict = RuleSet(config).judge(world.occasion());
  EXPECT_EQ(verdict.is_told(), verdict.muted_by.empty());
  return !verdict.muted_by.empty();
}

TEST(MuteBook, CoversWhatAllItsPartsCover) {
  const std::pair<const char*, bool> table[] = {
      {"{device: [Lab phone]}", true},
      {"{device: [\"02:00:00:00:00:07\"]}", true},
      {"{device: [192.168.0.7]}", true},
      {"{device: [Tablet]}", false},
      {"{group: [Phones]}", true},
      {"{group: [tablets]}", false},
      {"{type: [imei, android_id]}", true},
      {"{type: [imei]}", false},
      {"{class: [identifiers]}", true},
      {"{class: [contacts]}", false},
      {"{domain: [example.com]}", true},
      {"{domain: [ample.com]}", false},
      {"{address: [203.0.113.0/24]}", true},
      {"{address: [198.51.100.0/24]}", false},
      {"{app: [other]}", true},
      {"{app: [third]}", false},
      {"{rule: [it]}", true},
      {"{rule: [that]}", false},
      {"{anomaly: [beacon]}", false},
      {"{device: [Lab phone], type: [android_id], domain: [example.com]}", true},
      {"{device: [Lab phone], type: [android_id], domain: [example.org]}", false},
      {"{device: [Lab phone], until: 2026-11-23}", true},
      {"{device: [Lab phone], until: 2026-11-22}", false},
      {"{device: [Lab phone], until: \"2026-11-23T12:00:00Z\"}", false},
  };
  for (const auto& [mute, covered] : table) EXPECT_EQ(is_muted(World(), mute), covered) << mute;
}

TEST(MuteBook, ANewMacDoesNotEndAMuteByName) {
  World rotated;
  rotated.device.id = rotated.device.mac = "06:11:22:33:44:55";
  EXPECT_TRUE(is_muted(rotated, "{device: [Lab phone]}"));
  EXPECT_FALSE(is_muted(rotated, "{device: [\"02:00:00:00:00:07\"]}"));
}

TEST(MuteBook, ANameThatOnlyTheDeviceClaimsOpensNone) {
  World lying;
  lying.destination.hostname_unverified = true;
  EXPECT_FALSE(is_muted(lying, "{domain: [example.com]}"));
  lying.destination.dns_name = "cdn.example.com";
  EXPECT_TRUE(is_muted(lying, "{domain: [example.com]}"));
}

TEST(MuteBook, CanBeReplacedAndThenHoldsForWhatWasSeenBefore) {
  const World world;
  RuleSet rules(parse_config("rules: [{name: it, then: {verdict: alert}}]", "test"));
  EXPECT_TRUE(rules.judge(world.occasion()).is_told());
  const YamlDocument mute("{domain: [example.com]}", "m");
  rules.use(MuteBook({read_mute(mute.root())}));
  EXPECT_FALSE(rules.judge(world.occasion()).is_told()) << "the same finding, judged again";
  rules.use(MuteBook());
  EXPECT_TRUE(rules.judge(world.occasion()).is_told());
}

}  // namespace
}  // namespace telltale
