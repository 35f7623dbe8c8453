// Local time of day and weekday of packet times, for rules such as "at night".
//
// The zone is named in the configuration (sensor.timezone) and its rules come from the system's
// time zone database; the machine's own zone plays no part, so that the same input gives the same
// output anywhere. The only user of the date library (Hinnant's, which C++20's chrono comes from)
// is local_time.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sensor/base/time.h"

namespace telltale {

// Bit 0 is Monday .. bit 6 Sunday.
using Weekdays = uint8_t;
inline constexpr Weekdays kEveryDay = 0x7f;

struct LocalMoment {
  int minute = 0;   // of the day, 0..1439
  int weekday = 0;  // 0 Monday .. 6 Sunday
};

// From `begin` up to, not including, `end`, in minutes of the day; over midnight where end <=
// begin.
struct DayTime {
  int begin = 0;
  int end = 0;
  friend bool operator==(const DayTime&, const DayTime&) = default;
};

// True where `moment` lies in `span` on one of `days`; the hours after midnight belong to the day
// before.
bool holds_at(const DayTime& span, Weekdays days, const LocalMoment& moment);

class LocalClock {
 public:
  LocalClock() = default;  // UTC
  // An IANA name such as Asia/Kolkata, or UTC. Throws std::runtime_error where there is no such
  // zone.
  explicit LocalClock(const std::string& name);

  LocalMoment at(Timestamp time) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_ = "UTC";
  const void* zone_ = nullptr;  // date::time_zone, which lives as long as the process; null: UTC
};

}  // namespace telltale
