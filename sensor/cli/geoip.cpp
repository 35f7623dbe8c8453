// telltale geoip: where addresses are and who announces them; the databases that say so.
#include "sensor/cli/geoip.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "geoip/geo_files.h"
#include "sensor/cli/command.h"
#include "sensor/cli/terminal.h"

namespace telltale {

Config geo_configuration(const std::string& config_path) {
  return config_path.empty() ? default_config() : load_config(config_path);
}

GeoDatabases open_geo_databases(const GeoConfig& config) {
  std::vector<std::string> problems;
  GeoDatabases databases = config.search ? GeoDatabases::open_good(find_geo_databases(), problems)
                                         : GeoDatabases::open(config.databases);
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "telltale: %s; left out\n", printable(problem, 400).c_str());
  }
  if (databases.empty()) {
    throw UsageError(
        "telltale: there is no geo database; make one of open data with telltale geoip build, or "
        "name files in geoip.databases");
  }
  return databases;
}

void warn_of_age(const GeoDatabases& databases, const GeoConfig& config) {
  for (const std::string& warning :
       age_warnings(databases.info(), config.max_age, std::chrono::system_clock::now())) {
    std::fprintf(stderr, "telltale: %s\n", printable(warning, 400).c_str());
  }
}

std::string geo_output_folder(const std::string& out) {
  const std::string folder = out.empty() ? own_geo_folder() : out;
  if (folder.empty()) {
    throw UsageError("telltale: there is no home folder to put databases in; name one with --out");
  }
  return folder;
}

void register_geoip(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* geoip =
      app.add_subcommand("geoip", "Look up addresses; make, update and describe geo databases");
  geoip->require_subcommand(1);
  register_geoip_lookup(*geoip, chosen);
  register_geoip_build(*geoip, chosen);
  register_geoip_update(*geoip, chosen);
}

}  // namespace telltale
