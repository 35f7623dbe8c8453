// An MMDB file of any maker, read whole into a GeoTable: the only user of libmaxminddb.
//
// Reads the layouts of MaxMind, DB-IP, IPinfo and their like without being told which: a record is
// probed for all the names its facts are known under. To accept one more layout, add its path to
// the tables in mmdb_file.cpp. The file is copied first, checked (mmdb_image.h), and libmaxminddb
// is shown the copy: whoever changes the file meanwhile changes nothing.
#pragma once

#include <string>

#include "geoip/geo_table.h"
#include "sensor/base/bytes.h"
#include "sensor/base/time.h"

namespace telltale {

struct GeoDatabaseInfo {
  std::string path;
  std::string type;         // database_type of the file's metadata
  std::string description;  // in English where it has that
  std::string licence;      // as the description has it, else what is known of the maker's
  Timestamp built;
  uint32_t nodes = 0;
  size_t networks = 0;  // with different neighbours
  bool has_country = false;
  bool has_asn = false;
};

struct GeoDatabase {
  GeoDatabaseInfo info;
  GeoTable table;
};

// Throws GeoError.
GeoDatabase load_geo_database(const std::string& path);
// The same from bytes; `name` stands for the path.
GeoDatabase parse_geo_database(Bytes file, const std::string& name);

}  // namespace telltale
