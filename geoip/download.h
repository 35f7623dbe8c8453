// Fetches a file over HTTPS: the only user of libcurl.
#pragma once

#include <cstdint>
#include <string>

#include "sensor/base/time.h"

namespace telltale {

struct DownloadRequest {
  std::string url;
  std::string user;      // HTTP basic authentication, where not empty
  std::string secret;    // its password; without a user, a bearer token. Never part of a message.
  Timestamp newer_than;  // 1970: whatever its age
  uint64_t max_bytes = uint64_t{1} << 30;
};

struct Download {
  bool is_new = true;  // false: the server has nothing newer
  std::string bytes;
};

// Throws GeoError with what went wrong, without the URL (it may hold a key).
Download download(const DownloadRequest& request);

// The text as it may stand in a URL (RFC 3986 section 2.1).
std::string url_escaped(const std::string& text);

}  // namespace telltale
