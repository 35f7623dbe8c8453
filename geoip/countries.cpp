#include "geoip/countries.h"

#include <algorithm>
#include <charconv>

#include "sensor/base/encoding.h"

namespace telltale {

std::string country_code(std::string_view text) {
  constexpr std::string_view kNotCountries[] = {"AP", "EU", "XD", "XX", "ZZ"};
  if (text.size() != 2 || !is_alpha(text[0]) || !is_alpha(text[1])) return {};
  std::string code(text);
  for (char& c : code) c = static_cast<char>(c & ~0x20);
  const bool is_none = std::find(std::begin(kNotCountries), std::end(kNotCountries), code) !=
                       std::end(kNotCountries);
  return is_none ? std::string() : code;
}

uint32_t parse_asn(std::string_view text) {
  if (istarts_with(text, "as")) text.remove_prefix(2);
  uint32_t asn = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asn);
  return error == std::errc{} && end == text.data() + text.size() ? asn : 0;
}

}  // namespace telltale
