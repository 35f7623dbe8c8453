// Downloads a database, checks it and puts it in place at once, or leaves what is there.
#pragma once

#include <string>

#include "sensor/base/time.h"

namespace telltale {

struct GeoUpdate {
  std::string url;          // {licence_key}, {year} and {month} are filled in
  std::string sha256_url;   // of a text that begins with the SHA-256 of the download; may be empty
  std::string account;      // with it the key is the password of HTTP basic authentication
  std::string licence_key;  // without account or {licence_key} in the URL: a bearer token
  std::string file;         // name of the database; empty: as the archive or the URL names it
};

struct GeoUpdateResult {
  std::string path;  // empty where the server has nothing newer
  Timestamp built;
};

// `now` fills {year} and {month}; where that month is not published yet, the one before it. Throws
// GeoError, which names the URL without keys.
GeoUpdateResult update_geo_database(const GeoUpdate& update, const std::string& folder,
                                    Timestamp now);

}  // namespace telltale
