#include "sensor/base/time_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>

namespace telltale {
namespace {

// Reads exactly `digits` digits off the front of `text`; -1 when they are not there.
int64_t take_digits(std::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int64_t value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// ".123456789" as nanoseconds; -1 when it is wrong.
int64_t take_fraction(std::string_view& text) {
  int64_t value = 0;
  size_t digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9' && digits < 9; ++digits) {
    value = value * 10 + take_digits(text, 1);
  }
  if (digits == 0) return -1;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

// HH:MM[:SS[.fraction]] as nanoseconds; -1 when it is wrong.
int64_t take_time_of_day(std::string_view& text) {
  const int64_t hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return -1;
  const int64_t minute = take_digits(text, 2);
  if (minute < 0 || minute > 59) return -1;
  int64_t nanoseconds = 0;
  int64_t second = 0;
  if (take(text, ':')) {
    second = take_digits(text, 2);
    if (second < 0 || second > 59) return -1;
    if (take(text, '.') && (nanoseconds = take_fraction(text)) < 0) return -1;
  }
  return ((hour * 60 + minute) * 60 + second) * 1'000'000'000 + nanoseconds;
}

// 30s, 15m, 12h, 45d, 2w; null when it is none.
std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  static const std::map<char, int64_t> kUnits = {
      {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}, {'w', 604'800}};
  int64_t number = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.data() + text.size() - unit != 1 || number < 0)
    return std::nullopt;
  const auto factor = kUnits.find(*unit);
  if (factor == kUnits.end() || number > 100'000'000'000 / factor->second) return std::nullopt;
  return std::chrono::seconds(number * factor->second);
}

}  // namespace

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  const int64_t year = take_digits(text, 4);
  if (year < 1678 || year > 2261 || !take(text, '-'))
    return std::nullopt;  // what a Timestamp holds
  const int64_t month = take_digits(text, 2);
  if (!take(text, '-')) return std::nullopt;
  const int64_t day = take_digits(text, 2);
  if (month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  int64_t of_day = 0;
  if (take(text, 'T') || take(text, ' ')) of_day = take_time_of_day(text);
  if (of_day < 0) return std::nullopt;
  if (!text.empty() && text != "Z" && text != "+0000" && text != "+00:00") return std::nullopt;
  return Timestamp{std::chrono::sys_days{date}} + Duration{of_day};
}

std::optional<Timestamp> parse_moment(std::string_view text, Timestamp now) {
  const auto ago = parse_duration(text);
  if (!ago) return parse_iso8601(text);
  const auto most = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  return now - std::min<std::chrono::seconds>(*ago, most);
}

}  // namespace telltale
