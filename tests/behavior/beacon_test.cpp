// Rhythms: clocks with and without jitter, and people.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/behavior/anomalies.h"

namespace telltale {
namespace {

class Beacon : public ::testing::Test {
 protected:
  void connect(double second, uint64_t sent = 400, uint16_t port = 443, const char* app = "tls") {
    Conversation conversation;
    conversation.device = address("192.168.1.7");
    conversation.remote = {address("203.0.113.5"), port};
    conversation.ip_proto = port == 123 ? kUdp : kTcp;
    conversation.app_proto = app;
    conversation.first_ts = at_second(second);
    conversation.last_ts = at_second(second + 1);
    conversation.sent = {4, sent};
    conversation.received = {4, 900};
    monitor_->on_conversation(conversation, anomalies_);
  }

  Limits limits_;
  Dice dice_{3};
  std::unique_ptr<Monitor> monitor_ = make_beacon_monitor(limits_);
  Anomalies anomalies_;
};

TEST_F(Beacon, AMinuteWithTwentyPercentJitterIsTold) {
  double second = 0;
  for (int i = 0; i < 60; ++i) connect(second += 60 * (0.8 + 0.4 * dice_.unit()));
  ASSERT_EQ(anomalies_.told.size(), 1U);
  EXPECT_EQ(anomalies_.told[0].type, "beacon");
  EXPECT_NEAR(std::stod(anomalies_.evidence("interval_seconds")), 60, 8);
}

TEST_F(Beacon, MissedBeatsDoNotHideIt) {
  double second = 0;
  for (int i = 0; i < 60; ++i) {
    second += 60 * (0.95 + 0.1 * dice_.unit());
    if (i % 4 != 3) connect(second);
  }
  ASSERT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(Beacon, JitterInOneDirectionDoesNotHideIt) {
  double second = 0;
  for (int i = 0; i < 20; ++i) connect(second += i % 3 == 0 ? 48 : 57.5);
  EXPECT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(Beacon, FlowsThatEndInAnotherOrderAreOneRhythm) {
  for (int i = 0; i < 20; i += 2) {
    connect(60.0 * (i + 1));
    connect(60.0 * i);
  }
  EXPECT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(Beacon, APersonWhoReadsIsNone) {
  double second = 0;
  for (int i = 0; i < 200; ++i) {
    connect(second += -90 * std::log(1 - dice_.unit()), 300 + dice_.next() % 4000);
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

// Many servers are talked to at random times, some of them always with the same request.
TEST_F(Beacon, RandomTimesAreNoneHoweverManyServersThereAre) {
  for (uint16_t port = 1000; port < 3000; ++port) {
    double second = 0;
    for (int i = 0; i < 40; ++i) connect(second += -90 * std::log(1 - dice_.unit()), 400, port);
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(Beacon, ABurstOfRequestsIsNone) {
  for (int i = 0; i < 64; ++i) connect(i);
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(Beacon, TimeServersAreNone) {
  for (int i = 0; i < 64; ++i) connect(64.0 * i, 90, 123, "ntp");
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(Beacon, NineBeatsAreTooFew) {
  for (int i = 0; i < 9; ++i) connect(60.0 * i);
  EXPECT_TRUE(anomalies_.told.empty());
}

}  // namespace
}  // namespace telltale
