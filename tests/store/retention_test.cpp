#include "sensor/store/retention.h"

#include <gtest/gtest.h>

#include "tests/store/store_support.h"

namespace telltale {
namespace {

using test::at;
using test::count_rows;
using test::Line;
using test::ScratchFolder;

Line line_at(uint64_t number, const char* time, const char* host) {
  Line line;
  line.id = fmt::format("{:016x}", number);
  line.time = to_iso8601(at(time));
  line.destination = fmt::format(R"({{"ip":"203.0.113.5","hostname":"{}"}})", host);
  return line;
}

TEST(Retention, ByAgeLetsGoOfAllThatIsOlder) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store({.path = path, .retention = std::chrono::hours(24 * 30)}, at("2026-11-01"));
  uint64_t id = 0;
  for (const char* day : {"2026-09-01", "2026-11-20"}) {
    Line line = line_at(++id, day, day);
    line.device = fmt::format(R"({{"id":"{}","ip":"192.168.1.20"}})", day);
    store.add(line.finding());
    for (const auto& more : {&Line::flow, &Line::anomaly}) {
      line.id = fmt::format("{:016x}", ++id);
      store.add((line.*more)());
    }
    line.id = fmt::format("{:016x}", ++id);
    store.add(line.alert());
  }
  for (const char* time : {"2026-11-23T00:00:00", "2026-11-23T00:00:01", "2026-11-23T00:01:02"}) {
    ASSERT_TRUE(store.tick(at(time)));
  }
  for (const char* table : {"findings", "flows", "anomalies", "alerts", "devices", "destinations",
                            "told", "coverage", "not_read"}) {
    EXPECT_EQ(count_rows(path, table), 1) << table;
  }
  EXPECT_EQ(count_rows(path, "events"), 4);
  EXPECT_EQ(count_rows(path, "alert_types"), 2);
}

TEST(Retention, WhatWasLetGoOfIsNotCountedAgain) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store({.path = path, .retention = std::chrono::hours(24)}, at("2026-11-20"));
  const Line old = line_at(1, "2026-11-20", "a.example");
  store.add(old.finding());
  store.add(line_at(2, "2026-11-23", "a.example").finding());
  ASSERT_TRUE(store.tick(at("2026-11-23")));
  ASSERT_EQ(count_rows(path, "findings"), 1);
  store.add(old.finding());
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(store.counts().too_old, 1U);
  EXPECT_EQ(StoreReader(path).devices({}, RowSort::last_seen, {}).rows.at(0).activity.findings, 2U);
}

TEST(Retention, BySizeFlowsGoFirstAndFindingsLast) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  constexpr uint64_t kMost = 2U << 20;
  StoreWriter store({.path = path, .max_size = kMost}, at("2026-11-23"));
  Timestamp now = at("2026-11-23");
  uint64_t id = 0;
  for (int batch = 0; batch < 20; ++batch) {
    for (int i = 0; i < 500; ++i) {
      const std::string time = to_iso8601(now + std::chrono::milliseconds(i));
      store.add(line_at(++id, time.c_str(), "a.example").flow());
      if (i % 10 == 0) store.add(line_at(++id, time.c_str(), "a.example").finding());
    }
    now += std::chrono::seconds(1);
    ASSERT_TRUE(store.tick(now));
  }
  EXPECT_EQ(count_rows(path, "findings"), 20 * 50);
  const int64_t flows = count_rows(path, "flows");
  EXPECT_LT(flows, 20 * 500);
  EXPECT_GT(flows, 0);
  EXPECT_EQ(count_rows(path, "events"), flows + 20 * 50);
  const auto newest = StoreReader(path).events(EventKind::flow, {}, {.limit = 1}).rows.at(0).ts;
  EXPECT_GE(newest, now - std::chrono::seconds(1));
  EXPECT_LE(StoreReader(path).summary().bytes, kMost);
}

TEST(Retention, BySizeFindingsGoWhenNothingElseIsLeft) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store({.path = path, .max_size = 1U << 20}, at("2026-11-23"));
  Timestamp now = at("2026-11-23");
  uint64_t id = 0;
  for (int batch = 0; batch < 40; ++batch) {
    for (int i = 0; i < 100; ++i) {
      store.add(line_at(++id, to_iso8601(now).c_str(), "a.example").finding());
    }
    now += std::chrono::seconds(1);
    ASSERT_TRUE(store.tick(now));
  }
  const int64_t findings = count_rows(path, "findings");
  EXPECT_LT(findings, 4'000);
  EXPECT_GT(findings, 500);
  EXPECT_LE(StoreReader(path).summary().bytes, 1U << 20);
}

}  // namespace
}  // namespace telltale
