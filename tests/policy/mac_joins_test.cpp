#include "sensor/policy/mac_joins.h"

#include <gmock/gmock.h>

namespace telltale {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

MacAddress mac(const char* text) { return *MacAddress::parse(text); }
const MacAddress kOld = mac("02:00:00:00:00:01");
const MacAddress kNew = mac("06:00:00:00:00:02");
const MacAddress kThird = mac("0a:00:00:00:00:03");

class MacJoinsTest : public testing::Test {
 protected:
  void ask(const MacAddress& of, int second, std::string_view name = "Annas-iPhone",
           std::string_view parameters = "\x01\x03\x06\x0f") {
    joins_.hear({.source = "dhcp",
                 .kind = NameKind::host,
                 .name = name,
                 .mac = of,
                 .vendor_class = "class",
                 .parameters = as_bytes(parameters)},
                at(second), found_);
  }
  void speak(const MacAddress& from, int second) { joins_.see(from, at(second), found_); }
  static Timestamp at(int second) { return Timestamp{} + std::chrono::seconds(second); }

  Limits limits_;
  MacJoins joins_{limits_};
  std::vector<MacJoin> found_;
};

TEST_F(MacJoinsTest, ANewMacOfTheSameNameAndFingerprintIsTheSameDevice) {
  ask(kOld, 0);
  speak(kOld, 60);
  ask(kNew, 86'400);
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}));
  ask(kThird, 2 * 86'400);
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}, MacJoin{kThird, kOld})) << "by its first";
}

TEST_F(MacJoinsTest, ItWaitsUntilTheOldOneIsLeft) {
  ask(kOld, 0);
  speak(kOld, 100);
  ask(kNew, 103);
  EXPECT_THAT(found_, IsEmpty());
  speak(kNew, 115);
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}));
}

TEST_F(MacJoinsTest, TwoOfOneNameThatSpeakSideBySideAreTwo) {
  ask(kOld, 0);
  ask(kNew, 1);
  for (int second = 5; second < 100; second += 5) {
    speak(kOld, second);
    speak(kNew, second + 1);
  }
  speak(kNew, 200);
  ask(kNew, 300);
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(MacJoinsTest, WhatWasJoinedIsSeparatedWhenBothSpeak) {
  ask(kOld, 0);
  ask(kNew, 3600);
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}));
  for (int second = 3605; second < 3660; second += 5) {
    speak(kOld, second);
    speak(kNew, second + 1);
  }
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}, MacJoin{kNew, {}}));
}

TEST_F(MacJoinsTest, SomebodyWhoWalksBetweenNetworksStaysOne) {
  ask(kOld, 0);
  ask(kNew, 1000);
  for (int hour = 1; hour < 20; ++hour) {
    speak(hour % 2 == 0 ? kNew : kOld, hour * 3600);
  }
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}));
}

TEST_F(MacJoinsTest, TwoThatTakeTurnsTooOftenAreTwo) {
  ask(kOld, 0);
  ask(kNew, 60);
  for (int minute = 2; minute < 20; ++minute) speak(minute % 2 == 0 ? kOld : kNew, minute * 60);
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}, MacJoin{kNew, {}}));
}

TEST_F(MacJoinsTest, NamesOfAKindOtherFingerprintsAndBurntInMacsJoinNothing) {
  const MacAddress burnt_in = mac("a4:77:33:01:02:03");
  const char* const kOfAKind[] = {"iPhone", "Galaxy-S21", "android", "Pixel-6", "abc"};
  int second = 0;
  for (const char* name : kOfAKind) {
    ask(kOld, second += 100, name);
    ask(kNew, second += 100, name);
  }
  EXPECT_THAT(found_, IsEmpty());
  ask(kOld, second += 100);
  ask(kNew, second += 100, "Annas-iPhone", "\x01\x79\x03");
  ask(burnt_in, second += 100);
  ask(kThird, second += 100, "Annas-iPhone", "");
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(MacJoinsTest, ANameDrawnForOneDeviceTellsWhich) {
  ask(kOld, 0, "android-8f1c2b3a4d5e6f70");
  ask(kNew, 100, "android-8f1c2b3a4d5e6f70");
  EXPECT_THAT(found_, ElementsAre(MacJoin{kNew, kOld}));
}

TEST_F(MacJoinsTest, ItIsBounded) {
  limits_.max_devices = 1;
  ask(kOld, 0);
  ask(kNew, 100);
  EXPECT_THAT(found_, IsEmpty());
}

}  // namespace
}  // namespace telltale
