// What the actions of telltale geoip share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "geoip/geo_lookup.h"

namespace CLI {
class App;
}

namespace telltale {

// The configuration of -c, or what holds without one. Throws ConfigError.
Config geo_configuration(const std::string& config_path);
// Opens what the configuration names, else what is found; tells bad and old ones on standard error.
GeoDatabases open_geo_databases(const GeoConfig& config);
void warn_of_age(const GeoDatabases& databases, const GeoConfig& config);
// `out`, or where telltale keeps its own databases. Throws UsageError where there is no such place.
std::string geo_output_folder(const std::string& out);

// Each adds an action to `geoip`.
void register_geoip_lookup(CLI::App& geoip, std::function<int()>& chosen);
void register_geoip_build(CLI::App& geoip, std::function<int()>& chosen);
void register_geoip_update(CLI::App& geoip, std::function<int()>& chosen);

}  // namespace telltale
