// Makes MMDB files, with MaxMind's field names, out of what open data says of addresses.
#pragma once

#include <string>
#include <vector>

#include "geoip/geo_layer.h"

namespace telltale {

struct BuiltDatabase {
  std::string file_name;  // telltale-country.mmdb, telltale-asn.mmdb
  std::string bytes;
  Timestamp date;       // of its newest data
  size_t networks = 0;  // that were put in
};

// A later layer wins over an earlier one where both tell a fact. Databases that would be empty are
// left out. `record_size`: 24, 28 or 32 bits, 0 for the smallest that fits.
std::vector<BuiltDatabase> build_geo_databases(std::vector<GeoLayer>& layers, int record_size = 0);

}  // namespace telltale
