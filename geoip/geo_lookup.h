// Where an address is and who announces it: the only user of libmaxminddb.
//
// Reads the layouts of MaxMind, DB-IP, IPinfo and their like without being told which: a record is
// probed for all the names its facts are known under. Several files may be open; for each fact the
// first file that has it wins. To accept one more layout, add its path to the tables in
// geo_lookup.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"

namespace telltale {

// what() names the file and what is wrong with it.
class GeoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct GeoRecord {
  std::string country;  // ISO 3166-1 alpha-2, upper case; empty when unknown
  uint32_t asn = 0;     // 0 when unknown
  std::string as_org;   // valid UTF-8
};

struct GeoDatabaseInfo {
  std::string path;
  std::string type;         // database_type of the file's metadata
  std::string description;  // in English where it has that
  Timestamp built;
  uint32_t nodes = 0;
};

class GeoDatabases {
 public:
  GeoDatabases();  // none: every lookup is empty
  ~GeoDatabases();
  GeoDatabases(GeoDatabases&&) noexcept;
  GeoDatabases& operator=(GeoDatabases&&) noexcept;

  // Opens the files, in order of precedence. Throws GeoError.
  static GeoDatabases open(const std::vector<std::string>& paths);

  // What the files say of `address`; special-purpose addresses are nowhere. Damage in a file reads
  // as "unknown". Takes about a microsecond a file; may be called from several threads at once.
  GeoRecord lookup(const IpAddress& address) const;
  bool empty() const;
  const std::vector<GeoDatabaseInfo>& info() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
