#include "geoip/geo_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include <unistd.h>

namespace telltale {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShared = "/var/lib/telltale";

std::string user_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') return std::string(data) + "/telltale";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.local/share/telltale";
  return {};
}

fs::file_time_type changed(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? fs::file_time_type::min() : time;
}

}  // namespace

std::vector<std::string> geo_folders() {
  std::vector<std::string> folders;
  const auto add = [&](std::string folder) {
    if (!folder.empty()) folders.push_back(std::move(folder));
  };
  if (const char* named = std::getenv("TELLTALE_GEOIP_PATH")) {
    std::istringstream list(named);
    for (std::string folder; std::getline(list, folder, ':');) add(folder);
    return folders;
  }
  add("/var/lib/GeoIP");
  add("/usr/share/GeoIP");
  add(kShared);
  add(user_folder());
  return folders;
}

std::vector<std::string> find_geo_databases() {
  std::vector<std::string> found;
  std::set<std::string> seen;  // a folder may be a link to another
  for (const std::string& folder : geo_folders()) {
    std::vector<std::string> here;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code ignored;
      if (entry->path().extension() != ".mmdb" || !entry->is_regular_file(ignored)) continue;
      const std::string real = fs::weakly_canonical(entry->path(), ignored).string();
      if (seen.insert(real).second) here.push_back(entry->path().string());
    }
    std::sort(here.begin(), here.end());
    found.insert(found.end(), here.begin(), here.end());
  }
  return found;
}

std::string own_geo_folder() { return geteuid() == 0 ? std::string(kShared) : user_folder(); }

std::vector<std::string> find_open_geo_data() {
  std::vector<std::string> found;
  // One as the package brings it, one as `location update` refreshes it; the newer is enough.
  const std::string packaged = "/usr/share/libloc-location/location.db";
  const std::string updated = "/var/lib/location/database.db";
  const std::string newer = changed(updated) > changed(packaged) ? updated : packaged;
  for (const std::string& path :
       {newer, std::string("/usr/share/tor/geoip"), std::string("/usr/share/tor/geoip6")}) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) found.push_back(path);
  }
  return found;
}

}  // namespace telltale
