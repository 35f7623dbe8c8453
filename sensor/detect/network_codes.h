// Mobile country and network codes (ITU-T E.212 and its list of assigned codes).
#pragma once

#include <string_view>

namespace telltale {

// ISO 3166-1 alpha-2 of an assigned mobile country code of three digits; "" when it is not assigned to a
// country (001 and 999 are for tests, 901 is international).
std::string_view country_of_mcc(std::string_view mcc);

// Three digits, and assigned to a country.
bool is_mcc(std::string_view text);

// How many digits the country's network codes have: some countries have both.
struct MncLengths {
  bool two = false;
  bool three = false;
};
MncLengths mnc_lengths(std::string_view mcc);

// A country code and a network code of a length used there: 5 or 6 digits, perhaps with '-', ' ' or ','
// between. `digits` receives the code without it.
struct OperatorCode {
  char digits[7] = {};  // zero-terminated
  bool ok = false;
};
OperatorCode parse_operator_code(std::string_view text);

// 14 or 15 digits that begin with an assigned country code and are not only zeros behind it (E.212
// section 4.2).
bool is_imsi(std::string_view text);

}  // namespace telltale
