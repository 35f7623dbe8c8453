// The digits by which one telephone number is written: with and without its country code, with the
// prefix for calls abroad, and in its country's own form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace telltale {

struct PhoneSpellings {
  std::string international;        // country code and number; empty when the country is not told
  std::vector<std::string> digits;  // all spellings, digits only
};

// `value` in any usual form. The country is told by '+' or a leading "00".
PhoneSpellings phone_spellings(std::string_view value);

// How many of the first digits of an international number are its country code (1 to 3).
size_t country_code_size(std::string_view digits);

}  // namespace telltale
