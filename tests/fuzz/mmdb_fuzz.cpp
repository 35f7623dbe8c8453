// An MMDB file of any bytes is refused with one line, or every address can be looked up in it.
#include <cstdlib>
#include <string>

#include "geoip/geo_error.h"
#include "geoip/mmdb_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using telltale::IpAddress;
  try {
    const telltale::GeoDatabase database = telltale::parse_geo_database({data, size}, "fuzz");
    for (uint32_t i = 0; i < 256; ++i) {
      telltale::GeoRecord found;
      database.table.fill(IpAddress::v4(i << 24 | i << 16 | i), found);
      const uint8_t v6[16] = {static_cast<uint8_t>(i), 2, 8, 8, 8, 8, 0, 0,
                              static_cast<uint8_t>(i)};
      database.table.fill(IpAddress::v6(v6), found);
      if (!found.country.empty() && found.country.size() != 2) std::abort();
    }
  } catch (const telltale::GeoError& error) {
    const std::string line = error.what();
    if (line.rfind("fuzz: ", 0) != 0 || line.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
