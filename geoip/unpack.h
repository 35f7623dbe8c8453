// The database in what was downloaded: bare, .gz (.xz, .zst), or a file of a tar or zip archive.
#pragma once

#include <string>

#include "sensor/base/bytes.h"

namespace telltale {

struct Unpacked {
  std::string name;  // of the file in an archive; empty where there is none
  std::string bytes;
};

// Throws GeoError.
Unpacked unpack_database(const std::string& bytes);

// As 64 lower-case hexadecimal digits.
std::string sha256_hex(const std::string& bytes);

}  // namespace telltale
