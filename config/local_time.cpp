#include "config/local_time.h"

#include <stdexcept>

#include <date/tz.h>

namespace telltale {
namespace {

constexpr int kMinutesADay = 24 * 60;

}  // namespace

bool holds_at(const DayTime& span, Weekdays days, const LocalMoment& moment) {
  const auto on = [&](int weekday) { return (days >> ((weekday + 7) % 7) & 1) != 0; };
  if (span.begin < span.end) {
    return moment.minute >= span.begin && moment.minute < span.end && on(moment.weekday);
  }
  if (moment.minute >= span.begin) return on(moment.weekday);
  return moment.minute < span.end && on(moment.weekday - 1);
}

LocalClock::LocalClock(const std::string& name) : name_(name) {
  if (name == "UTC") return;
  zone_ = date::locate_zone(name);
}

LocalMoment LocalClock::at(Timestamp time) const {
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  if (zone_ != nullptr) {
    seconds += static_cast<const date::time_zone*>(zone_)->get_info(seconds).offset;
  }
  const auto day = date::floor<date::days>(seconds);
  const date::weekday weekday{date::sys_days(day)};
  const auto minute = std::chrono::floor<std::chrono::minutes>(seconds - day).count();
  return {static_cast<int>(minute % kMinutesADay), static_cast<int>(weekday.iso_encoding()) - 1};
}

}  // namespace telltale
