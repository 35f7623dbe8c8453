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
    return {VerdictKind::alert, 1, 1'000'001, rule, "because", std::chrono::hours(1), ""};
  }
  // What is given out when this happens.
  std::vector<Event> add(AlertBook& book, const Event& event, DataType type, const Verdict& verdict) {
    std::vector<Event> events;
    const Finding what = finding(type);
    book.add(event, {&what, {}}, verdict, [&](Event&& told) { events.push_back(std::move(told)); });
    return events;
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
    EXPECT_TRUE(add(book_, base(device, host, second++), DataType::imei, verdict(rule)).empty());
  }
  const auto events = close();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(alert(events[0]).count, 2U);
  EXPECT_EQ(alert(events[1]).count, 1U);
  EXPECT_EQ(events[4].destination->hostname, "");
}

TEST_F(AlertsTest, TheFirstOccurrenceIsKeptAndLaterOnesCount) {
  add(book_, base("phone", "a.example", 10), DataType::imei, verdict("r"));
  add(book_, base("phone", "a.example", 20), DataType::imsi, verdict("r"));
  add(book_, base("phone", "a.example", 15), DataType::imei, verdict("r"));
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
  EXPECT_TRUE(add(book_, base("phone", "a.example", 1), DataType::imei, verdict("r")).empty());
  EXPECT_TRUE(add(book_, base("phone", "b.example", 2), DataType::imei, verdict("r")).empty());
  EXPECT_TRUE(add(book_, base("phone", "a.example", 3), DataType::imei, verdict("r")).empty());
  const auto closed = add(book_, base("phone", "c.example", 4), DataType::imei, verdict("r"));
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].destination->hostname, "a.example");
  EXPECT_EQ(alert(closed[0]).count, 2U);
  EXPECT_EQ(weird_[Weird::alert_closed_at_cap], 1U);
  EXPECT_EQ(book_.size(), 2U);
}

TEST_F(AlertsTest, ClosedAlertsAreForgotten) {
  add(book_, base("phone", "a.example", 1), DataType::imei, verdict("r"));
  EXPECT_EQ(close().size(), 1U);
  EXPECT_EQ(close().size(), 0U);
  add(book_, base("phone", "a.example", 2), DataType::imei, verdict("r"));
  EXPECT_EQ(alert(close()[0]).count, 1U);
}

TEST_F(AlertsTest, AWindowEndsAnAlertAndTheNextOccurrenceOpensAnother) {
  const Verdict hourly = verdict("r");
  add(book_, base("phone", "a.example", 0), DataType::imei, hourly);
  add(book_, base("phone", "a.example", 3599), DataType::imei, hourly);
  const auto closed = add(book_, base("phone", "a.example", 3600), DataType::imei, hourly);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(alert(closed[0]).count, 2U);
  EXPECT_EQ(alert(close()[0]).count, 1U);
}

TEST_F(AlertsTest, TimeAloneGivesOutWhatIsOver) {
  add(book_, base("phone", "a.example", 0), DataType::imei, verdict("r"));
  add(book_, base("phone", "b.example", 1800), DataType::imei, verdict("r"));
  std::vector<Event> events;
  const auto tick = [&](int second) {
    book_.tick(Timestamp{} + std::chrono::seconds(second),
               [&](Event&& event) { events.push_back(std::move(event)); });
  };
  tick(3599);
  EXPECT_TRUE(events.empty());
  tick(3600);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].destination->hostname, "a.example");
  tick(10'000);
  EXPECT_EQ(events.size(), 2U);
  EXPECT_EQ(book_.size(), 0U);
}

TEST_F(AlertsTest, WithoutAWindowAnAlertLastsUntilTheEnd) {
  Verdict endless = verdict("r");
  endless.window = std::chrono::seconds(0);
  add(book_, base("phone", "a.example", 0), DataType::imei, endless);
  add(book_, base("phone", "a.example", 1'000'000), DataType::imei, endless);
  EXPECT_EQ(alert(close()[0]).count, 2U);
}

TEST_F(AlertsTest, LiveTheFirstOccurrenceIsToldAtOnceAndTheNumberWhenItIsOver) {
  AlertBook live(limits_, weird_, AlertTelling::at_once);
  const auto first = add(live, base("phone", "a.example", 0), DataType::imei, verdict("r"));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(alert(first[0]).count, 1U);
  EXPECT_FALSE(alert(first[0]).update);
  EXPECT_TRUE(add(live, base("phone", "a.example", 1), DataType::imei, verdict("r")).empty());
  add(live, base("phone", "b.example", 2), DataType::imei, verdict("r"));
  std::vector<Event> rest;
  live.close_all([&](Event&& event) { rest.push_back(std::move(event)); });
  ASSERT_EQ(rest.size(), 1U) << "what happened once was told already";
  EXPECT_TRUE(alert(rest[0]).update);
  EXPECT_EQ(alert(rest[0]).count, 2U);
}

TEST_F(AlertsTest, ANoticeIsAnEventOfItsOwn) {
  Verdict notice = verdict("r");
  notice.kind = VerdictKind::notice;
  add(book_, base("phone", "a.example", 0), DataType::imei, notice);
  const auto events = close();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(std::holds_alternative<AlertEvent>(events[0].payload));
  EXPECT_TRUE(std::holds_alternative<NoticeEvent>(events[0].payload));
}

}  // namespace
}  // namespace telltale
