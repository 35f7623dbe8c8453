// What is known of an address.
#pragma once

#include <cstdint>
#include <string>

namespace telltale {

struct GeoRecord {
  std::string country;   // ISO 3166-1 alpha-2, upper case; empty when unknown
  uint32_t asn = 0;      // 0 when unknown
  std::string as_org;    // valid UTF-8
  bool anycast = false;  // announced from many places, so the country says little
};

}  // namespace telltale
