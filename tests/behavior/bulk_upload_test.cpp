// Uploads: out of proportion, and as usual.
#include <gtest/gtest.h>

#include "tests/behavior/anomalies.h"

namespace telltale {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

class BulkUpload : public ::testing::Test {
 protected:
  void upload(double second, uint64_t sent, uint64_t received, const char* host = "drop.example",
              const char* group = "") {
    Conversation conversation;
    conversation.device = address("192.168.1.7");
    conversation.group = group;
    conversation.remote = {address("203.0.113.5"), 443};
    conversation.ip_proto = kTcp;
    conversation.host = host;
    conversation.first_ts = at_second(second);
    conversation.last_ts = at_second(second + 1);
    conversation.sent = {sent / 1400 + 1, sent};
    conversation.received = {received / 1400 + 1, received};
    monitor_->on_conversation(conversation, anomalies_);
  }

  Limits limits_;
  std::unique_ptr<Monitor> monitor_ = make_bulk_upload_monitor(limits_);
  Anomalies anomalies_;
};

TEST_F(BulkUpload, MuchToOneServerIsTold) {
  upload(0, 200 * kMegabyte, 2 * kMegabyte);
  ASSERT_EQ(anomalies_.told.size(), 1U);
  EXPECT_EQ(anomalies_.told[0].type, "bulk_upload");
  EXPECT_EQ(anomalies_.evidence("bytes_sent"), "200000000");
}

TEST_F(BulkUpload, PiecesOverAnHourAreOneUpload) {
  for (int i = 0; i < 50; ++i) upload(60.0 * i, kMegabyte / 10, 2000);
  EXPECT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(BulkUpload, ADownloadIsNone) {
  upload(0, 4 * kMegabyte, 400 * kMegabyte);
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(BulkUpload, ACallInBothDirectionsIsNone) {
  upload(0, 300 * kMegabyte, 280 * kMegabyte);
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(BulkUpload, PiecesOverADayAreNone) {
  for (int i = 0; i < 24; ++i) upload(3700.0 * i, kMegabyte, 2000);
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(BulkUpload, ACameraIsToldOnceAndThenIsItsOwnMeasure) {
  for (int hour = 0; hour < 48; ++hour) upload(3700.0 * hour, 500 * kMegabyte, 5 * kMegabyte);
  EXPECT_EQ(anomalies_.told.size(), 1U);
  upload(3700.0 * 48, 5000 * kMegabyte, 5 * kMegabyte);
  EXPECT_EQ(anomalies_.told.size(), 2U);
}

// Ten cameras upload 50 MB an hour each; one more is bought.
TEST_F(BulkUpload, ANewDeviceIsMeasuredByItsGroup) {
  auto others = std::make_shared<GroupHabits>();
  for (int i = 0; i < 10; ++i)
    others->add("cameras", address(("192.168.1." + std::to_string(20 + i)).c_str()),
                50 * kMegabyte);
  monitor_->take_habits(others);
  upload(0, 100 * kMegabyte, kMegabyte, "cloud.example", "cameras");
  EXPECT_TRUE(anomalies_.told.empty());
  upload(100, 150 * kMegabyte, kMegabyte, "cloud.example", "cameras");
  ASSERT_EQ(anomalies_.told.size(), 1U) << "five times what they send";
  EXPECT_EQ(anomalies_.evidence("median_of_its_group"), "50000000");
}

TEST_F(BulkUpload, AGroupOfFewOrAnotherGroupIsNoMeasure) {
  auto others = std::make_shared<GroupHabits>();
  for (int i = 0; i < 2; ++i)
    others->add("cameras", address(("192.168.1." + std::to_string(20 + i)).c_str()),
                50 * kMegabyte);
  for (int i = 0; i < 5; ++i)
    others->add("servers", address(("192.168.2." + std::to_string(20 + i)).c_str()),
                500 * kMegabyte);
  others->add("cameras", address("192.168.1.7"), 500 * kMegabyte);
  monitor_->take_habits(others);
  upload(0, 100 * kMegabyte, kMegabyte, "cloud.example", "cameras");
  EXPECT_EQ(anomalies_.told.size(), 1U) << "its own past is in the monitor";
}

TEST_F(BulkUpload, WhatADeviceIsUsedToIsGivenToItsGroup) {
  for (int hour = 0; hour < 3; ++hour)
    upload(3700.0 * hour, 40 * kMegabyte, kMegabyte, "cloud.example", "cameras");
  GroupHabits all;
  monitor_->give_habits(all);
  for (int i = 0; i < 2; ++i)
    all.add("cameras", address(("192.168.1." + std::to_string(20 + i)).c_str()), 40 * kMegabyte);
  EXPECT_EQ(all.usual("cameras", address("192.168.1.99")), 40 * kMegabyte);
  EXPECT_EQ(all.usual("cameras", address("192.168.1.7")), std::nullopt)
      << "without itself there are two";
}

}  // namespace
}  // namespace telltale
