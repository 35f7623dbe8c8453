// What one file of open data says: ranges of addresses and facts about them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "geoip/geo_record.h"
#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"

namespace telltale {

struct GeoRange {
  IpAddress first;
  IpAddress last;     // included; of the same family
  uint32_t fact = 0;  // index in GeoLayer::facts
};

struct GeoLayer {
  static constexpr size_t kMaxRanges = 64'000'000;

  std::string path;
  std::string format;     // "DB-IP country (CSV)"
  std::string publisher;  // "IPFire Project, https://location.ipfire.org/"; empty when unknown
  std::string licence;
  Timestamp date;
  std::vector<GeoRecord> facts;
  // In any order. Where they overlap the smaller one wins, among equals the later one.
  std::vector<GeoRange> ranges;
  size_t lines = 0;      // of a text
  size_t bad_lines = 0;  // left out
  size_t first_bad = 0;  // its number, from 1
};

// Reads a file of any format known, plain or gzip, recognised by its content. Throws GeoError that
// names the file.
GeoLayer read_geo_layer(const std::string& path);

// The database of IPFire Location (in location_db.cpp).
bool is_location_db(std::string_view start);
GeoLayer parse_location_db(std::string_view bytes);

}  // namespace telltale
