#include "sensor/detect/network_codes.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/name_lists.h"

namespace telltale {
namespace {

// The line of config/names/mobile_countries.yaml, "262 DE 2", found by halving; empty when there is none.
std::string_view find_country(std::string_view mcc) {
  if (mcc.size() != 3 || !std::all_of(mcc.begin(), mcc.end(), [](char c) { return is_digit(c); })) {
    return {};
  }
  const auto lines = names::mobile_countries.names();
  const auto found = std::lower_bound(lines.begin(), lines.end(), mcc);
  return found != lines.end() && found->starts_with(mcc) ? *found : std::string_view();
}

}  // namespace

std::string_view country_of_mcc(std::string_view mcc) {
  const std::string_view country = find_country(mcc);
  return country.empty() ? country : country.substr(4, 2);
}

bool is_mcc(std::string_view text) { return !find_country(text).empty(); }

MncLengths mnc_lengths(std::string_view mcc) {
  const std::string_view country = find_country(mcc);
  if (country.empty()) return {};
  const std::string_view digits = country.substr(7);
  return {digits.find('2') != std::string_view::npos, digits.find('3') != std::string_view::npos};
}

OperatorCode parse_operator_code(std::string_view text) {
  OperatorCode code;
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separates = i == 3 && (text[i] == '-' || text[i] == ' ' || text[i] == ',' ||
                                      text[i] == '_' || text[i] == ':' || text[i] == '/');
    if (separates) continue;
    if (!is_digit(text[i]) || size == 6) return {};
    code.digits[size++] = text[i];
  }
  const MncLengths lengths = mnc_lengths(std::string_view(code.digits, std::min<size_t>(size, 3)));
  code.ok = (size == 5 && lengths.two) || (size == 6 && lengths.three);
  return code;
}

bool is_imsi(std::string_view text) {
  if (text.size() < 14 || text.size() > 15) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); })) return false;
  if (!is_mcc(text.substr(0, 3))) return false;
  const std::string_view rest = text.substr(5);
  return rest.find_first_not_of(rest.front()) != std::string_view::npos;
}

}  // namespace telltale
