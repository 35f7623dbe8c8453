// Codes as the sources of geography write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace telltale {

// An ISO 3166-1 alpha-2 code in upper case; empty for anything else, and for the codes that sources
// use for "unknown", for continents and for proxies (ZZ, XX, EU, AP, T1, A1, XD, ...).
std::string country_code(std::string_view text);

// 15169, "15169" or "AS15169"; 0 where it is none.
uint32_t parse_asn(std::string_view text);

}  // namespace telltale
