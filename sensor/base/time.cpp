#include "sensor/base/time.h"

namespace telltale {
namespace {

// The last digits of `value`, as many as there is room for.
template <size_t N>
void put_digits(char (&text)[N], size_t at, size_t digits, uint64_t value) {
  for (size_t i = digits; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string to_iso8601(Timestamp time) {
  // Microseconds first: the start of the first day does not fit in nanoseconds.
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::year_month_day date{day};
  const auto micros = static_cast<uint64_t>((whole - day).count());
  char text[] = "0000-00-00T00:00:00.000000+0000";
  put_digits(text, 0, 4, static_cast<uint64_t>(int{date.year()}));
  put_digits(text, 5, 2, unsigned{date.month()});
  put_digits(text, 8, 2, unsigned{date.day()});
  put_digits(text, 11, 2, micros / 3'600'000'000);
  put_digits(text, 14, 2, micros / 60'000'000 % 60);
  put_digits(text, 17, 2, micros / 1'000'000 % 60);
  put_digits(text, 20, 6, micros % 1'000'000);
  return text;
}

}  // namespace telltale
