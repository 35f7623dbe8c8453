// The Luhn check digit (ISO/IEC 7812-1 annex B), used by IMEIs (3GPP TS 23.003 annex B) and ICCIDs
// (ITU-T E.118).
#pragma once

#include <string_view>

#include "sensor/base/encoding.h"

namespace telltale {

// Is the last digit of `digits` the Luhn check digit of those before? False for anything but two or more
// digits.
inline bool is_luhn_valid(std::string_view digits) {
  if (digits.size() < 2) return false;
  int sum = 0;
  bool doubled = false;
  for (size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    if (!is_digit(digits[i])) return false;
    const int digit = digits[i] - '0';
    sum += doubled ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
  }
  return sum % 10 == 0;
}

}  // namespace telltale
