// Where an address is and who announces it.
//
// Several files may be open; for each fact the first file that has it wins. Files that change are
// taken in while others look up: a reader sees the old file or the new one, and a bad new one is
// refused and the old kept. How a file is read: mmdb_file.h; how it is looked up in: geo_table.h.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "geoip/geo_error.h"
#include "geoip/geo_record.h"
#include "geoip/mmdb_file.h"
#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"

namespace telltale {

// Facts and the files they are from.
struct GeoAnswer {
  GeoRecord record;
  std::optional<size_t> country_from;  // index in info()
  std::optional<size_t> network_from;
};

class GeoDatabases {
 public:
  GeoDatabases();  // none: every lookup is empty
  ~GeoDatabases();
  GeoDatabases(GeoDatabases&&) noexcept;
  GeoDatabases& operator=(GeoDatabases&&) noexcept;

  // Opens the files, in order of precedence. Throws GeoError.
  static GeoDatabases open(const std::vector<std::string>& paths);
  // The same, but leaves out what is bad and says so in `problems`, a line each.
  static GeoDatabases open_good(const std::vector<std::string>& paths,
                                std::vector<std::string>& problems);

  // What the files say of `address`; special-purpose addresses are nowhere. Takes about a quarter
  // of a microsecond a file; may be called from any thread, also while refresh() runs.
  GeoRecord lookup(const IpAddress& address) const;
  GeoAnswer explain(const IpAddress& address) const;

  // Takes in files whose size, time or inode changed since they were opened. Says what happened, a
  // line each, a failure once for each version of a file. From one thread at a time.
  std::vector<std::string> refresh();
  // Grows with every file taken in: what was looked up before may be outdated.
  uint64_t generation() const;

  bool empty() const;
  std::vector<GeoDatabaseInfo> info() const;
  size_t memory() const;  // bytes

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// What a user should know of files older than `max_age`, a line each; `now` is the caller's clock.
std::vector<std::string> age_warnings(const std::vector<GeoDatabaseInfo>& files,
                                      std::chrono::seconds max_age, Timestamp now);

// "2022-10-29"
std::string iso_day(Timestamp time);

}  // namespace telltale
