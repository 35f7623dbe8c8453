// Sources: ITU-T E.164 (list of country codes: zones 1 and 7 have one digit, the codes in
// kTwoDigits two, all others three), ITU-T operational bulletins (prefixes within a country: "0"
// nearly everywhere, "8" in zone 7, "06" in Hungary, "1" in zone 1, none in Italy, Spain and
// others; "00" for calls abroad, "011" from zone 1).
#include "sensor/detect/phone_spellings.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kTwoDigits[] = {
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
    "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
    "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};
constexpr size_t kShortestNational = 7;  // shorter ones are too common to look for

std::string_view trunk_prefix(std::string_view country) {
  if (country == "7") return "8";
  if (country == "36") return "06";
  if (country == "1") return "1";
  return "0";
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  return digits;
}

}  // namespace

size_t country_code_size(std::string_view digits) {
  if (digits.starts_with('1') || digits.starts_with('7')) return 1;
  const std::string_view two = digits.substr(0, 2);
  const bool has_two =
      std::find(std::begin(kTwoDigits), std::end(kTwoDigits), two) != std::end(kTwoDigits);
  return std::min<size_t>(has_two ? 2 : 3, digits.size());
}

PhoneSpellings phone_spellings(std::string_view value) {
  value = trim(value);
  if (istarts_with(value, "tel:")) value.remove_prefix(4);
  // "+44 (0)20 ...": the zero is dialled within the country only.
  std::string text(value);
  if (const size_t zero = text.find("(0)"); zero != std::string::npos && zero > 0)
    text.erase(zero, 3);
  std::string digits = digits_of(text);
  const bool with_plus = text.starts_with('+');
  const bool with_zeros = !with_plus && digits.starts_with("00");
  if (!with_plus && !with_zeros) return {{}, {digits}};
  if (with_zeros) digits.erase(0, 2);

  PhoneSpellings spellings{digits, {digits, "00" + digits, "011" + digits}};
  const std::string_view country = std::string_view(digits).substr(0, country_code_size(digits));
  const std::string national = digits.substr(country.size());
  if (national.size() < kShortestNational) return spellings;
  for (const std::string& form : {std::string(trunk_prefix(country)) + national, national}) {
    const bool is_new =
        std::find(spellings.digits.begin(), spellings.digits.end(), form) == spellings.digits.end();
    if (is_new) spellings.digits.push_back(form);
  }
  return spellings;
}

}  // namespace telltale
