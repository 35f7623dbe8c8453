#include "geoip/file_bytes.h"

#include <filesystem>

#include "geoip/geo_error.h"
#include "sensor/base/read_file.h"
#include "sensor/base/replace_file.h"

namespace telltale {

std::string read_whole_file(const std::string& path, size_t max) {
  std::string bytes;
  const std::string problem = read_file(path, max, bytes);
  if (!problem.empty()) throw GeoError(path + ": " + problem);
  return bytes;
}

void place_database(const std::string& path, std::string_view bytes) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  const std::string reason = replace_file(path, bytes, 0644);
  if (!reason.empty()) throw GeoError(path + ": cannot be written: " + reason);
}

}  // namespace telltale
