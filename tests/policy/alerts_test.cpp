#include "sensor/policy/alerts.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

class AlertsTest : public testing::Test {
 protected:
  static Event base(const std::string& device, const std::string& host, int second) {
    Event event;
    event.ts = Timestamp{} + std::chrono::seconds(second);
    event.order = {0, static_cast<uint32_t>(second + 1)};
    event.sequence = 7;
    event.flow.emplace().id = static_cast<uint64_t>(second);
    event.device.emplace().id = device;
    event.destination.emplace().hostname = host;
    event.destination->ip = *IpAddress::parse("8.8.8.8");
    return event;
  }
  static Finding finding(DataType type) {
    Finding made;
    made.type = type;
    return made;
  }
  static Verdict verdict(const std::string& rule) {
    return {VerdictKind::alert, 1, 1'000'001, rule, "because"};
  }
  std::vector<Event> close() {
    std::vector<Event> events;
    book_.close_all([&](Event&& event) { events.push_back(std::move(event)); });
    return events;
  }
  static const AlertEvent& alert(const Event& event) { return std::get<AlertEvent>(event.payload); }

  Limits limits_;
  WeirdCounts weird_;
  AlertBook book_{limits_, weird_};
};

TEST_F(AlertsTest, OneAlertForEachDeviceServerAndRule) {
  const std::tuple<const char*, const char*, const char*> rows[] = {
      {"phone", "a.example", "r1"}, {"phone", "a.example", "r1"}, {"phone", "b.example", "r1"},
      {"phone", "a.example", "r2"}, {"tv", "a.example", "r1"},    {"phone", "", "r1"}};
  int second = 0;
  for (const auto& [device, host, rule] : rows) {
    EXPECT_FALSE(book_.add(base(device, host, second++), finding(DataType::imei), verdict(rule)));
  }
  const auto events = close();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(alert(events[0]).count, 2U);
  EXPECT_EQ(alert(events[1]).count, 1U);
  EXPECT_EQ(events[4].destination->hostname, "");
}

TEST_F(AlertsTest, TheFirstOccurrenceIsKeptAndLaterOnesCount) {
  (void)book_.add(base("phone", "a.example", 10), finding(DataType::imei), verdict("r"));
  (void)book_.add(base("phone", "a.example", 20), finding(DataType::imsi), verdict("r"));
  (void)book_.add(base("phone", "a.example", 15), finding(DataType::imei), verdict("r"));
  const auto events = close();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].flow->id, 10U);
  EXPECT_EQ(events[0].sequence, 7U);
  EXPECT_EQ(events[0].order, (FrameRef{0, 11}));
  const AlertEvent& told = alert(events[0]);
  EXPECT_EQ(told.count, 3U);
  EXPECT_EQ(told.first, Timestamp{} + std::chrono::seconds(10));
  EXPECT_EQ(told.last, Timestamp{} + std::chrono::seconds(20));
  ASSERT_EQ(told.findings.size(), 2U);
  EXPECT_EQ(told.findings[0].type, DataType::imei);
  EXPECT_EQ(told.findings[1].type, DataType::imsi);
  EXPECT_EQ(told.verdict.reason, "because");
}

TEST_F(AlertsTest, WhenThereAreTooManyTheOldestIsGivenOut) {
  limits_.max_open_alerts = 2;
  EXPECT_FALSE(book_.add(base("phone", "a.example", 1), finding(DataType::imei), verdict("r")));
  EXPECT_FALSE(book_.add(base("phone", "b.example", 2), finding(DataType::imei), verdict("r")));
  EXPECT_FALSE(book_.add(base("phone", "a.example", 3), finding(DataType::imei), verdict("r")));
  const auto closed =
      book_.add(base("phone", "c.example", 4), finding(DataType::imei), verdict("r"));
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->destination->hostname, "a.example");
  EXPECT_EQ(alert(*closed).count, 2U);
  EXPECT_EQ(weird_[Weird::alert_closed_at_cap], 1U);
  EXPECT_EQ(book_.size(), 2U);
}

TEST_F(AlertsTest, ClosedAlertsAreForgotten) {
  (void)book_.add(base("phone", "a.example", 1), finding(DataType::imei), verdict("r"));
  EXPECT_EQ(close().size(), 1U);
  EXPECT_EQ(close().size(), 0U);
  (void)book_.add(base("phone", "a.example", 2), finding(DataType::imei), verdict("r"));
  EXPECT_EQ(alert(close()[0]).count, 1U);
}

}  // namespace
}  // namespace telltale
