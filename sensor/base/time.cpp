#include "sensor/base/time.h"

namespace telltale {
namespace {

// The last digits of `value`, so many of them.
template <size_t Digits>
void put_digits(char* text, uint32_t value) {
  for (size_t i = Digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string to_iso8601(Timestamp time) {
  // Microseconds first: the start of the first day does not fit in nanoseconds.
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::year_month_day date{day};
  const auto micros = static_cast<uint64_t>((whole - day).count());
  const auto seconds = static_cast<uint32_t>(micros / 1'000'000);
  char text[] = "0000-00-00T00:00:00.000000+0000";
  put_digits<4>(text, static_cast<uint32_t>(int{date.year()}));
  put_digits<2>(text + 5, unsigned{date.month()});
  put_digits<2>(text + 8, unsigned{date.day()});
  put_digits<2>(text + 11, seconds / 3600);
  put_digits<2>(text + 14, seconds / 60 % 60);
  put_digits<2>(text + 17, seconds % 60);
  put_digits<6>(text + 20, static_cast<uint32_t>(micros % 1'000'000));
  return {text, sizeof text - 1};
}

}  // namespace telltale
