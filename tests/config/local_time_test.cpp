#include "config/local_time.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// 2026-11-23 is a Monday.
constexpr auto kMonday = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

TEST(LocalTime, TheZoneShiftsMinuteAndDay) {
  const Timestamp late = kMonday + hours(20) + minutes(15);
  EXPECT_EQ(LocalClock().at(late).minute, 20 * 60 + 15);
  EXPECT_EQ(LocalClock().at(late).weekday, 0);
  const LocalMoment india = LocalClock("Asia/Kolkata").at(late);
  EXPECT_EQ(india.minute, 105) << "01:45 of the next day";
  EXPECT_EQ(india.weekday, 1);
}

TEST(LocalTime, SummerTimeIsTheZones) {
  const LocalClock berlin("Europe/Berlin");
  EXPECT_EQ(berlin.at(std::chrono::sys_days(std::chrono::year(2026) / 1 / 15)).minute, 60);
  EXPECT_EQ(berlin.at(std::chrono::sys_days(std::chrono::year(2026) / 7 / 15)).minute, 120);
}

TEST(LocalTime, ThereIsNoSuchZone) { EXPECT_THROW(LocalClock("Mars/Olympus"), std::runtime_error); }

TEST(LocalTime, SpansHoldOnTheirDaysAlsoOverMidnight) {
  constexpr Weekdays kFriday = 1 << 4;
  const DayTime office{9 * 60, 17 * 60};
  const DayTime night{22 * 60, 6 * 60};
  const struct {
    DayTime span;
    Weekdays days;
    LocalMoment moment;
    bool holds;
  } table[] = {
      {office, kEveryDay, {9 * 60, 0}, true}, {office, kEveryDay, {17 * 60, 0}, false},
      {office, kFriday, {600, 4}, true},      {office, kFriday, {600, 3}, false},
      {night, kEveryDay, {23 * 60, 2}, true}, {night, kEveryDay, {5 * 60 + 59, 2}, true},
      {night, kEveryDay, {6 * 60, 2}, false}, {night, kFriday, {23 * 60, 4}, true},
      {night, kFriday, {60, 5}, true},        {night, kFriday, {60, 4}, false},
      {night, 1 << 6, {60, 0}, true},
  };
  for (const auto& row : table) {
    EXPECT_EQ(holds_at(row.span, row.days, row.moment), row.holds)
        << row.span.begin << " on " << int{row.days} << " at " << row.moment.minute << " of day "
        << row.moment.weekday;
  }
}

}  // namespace
}  // namespace telltale
