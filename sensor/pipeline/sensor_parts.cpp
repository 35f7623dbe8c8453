#include "sensor/pipeline/sensor_parts.h"

#include "geoip/geo_files.h"
#include "sensor/base/hash.h"
#include "sensor/detect/vault.h"

namespace telltale {
namespace {

// Fingerprints must be the same for the same input and configuration, so their key is made of the
// sensor's name: two sensors of different names do not give comparable ones.
HashKey fingerprint_key(const std::string& sensor_name) {
  return {hash64(sensor_name, {1, 2}), hash64(sensor_name, {3, 4})};
}

KnownValues known_values(const Config& config) {
  std::optional<Vault> vault;
  if (!config.vault.path.empty()) vault = Vault::load(config.vault.path, config.vault.key);
  return {config.known_values, vault ? &*vault : nullptr, config.sensor.name};
}

// A database the user named must be good; of those found in the usual places the bad are left out.
GeoDatabases open_geo(const GeoConfig& geoip, std::vector<std::string>& problems) {
  if (!geoip.search) return GeoDatabases::open(geoip.databases);
  return GeoDatabases::open_good(find_geo_databases(), problems);
}

}  // namespace

SensorParts::SensorParts(const Config& config, AlertTelling telling)
    : config_(config), telling_(telling), keys_(std::make_shared<KeyStore>(config.limits())) {
  geo_.emplace(open_geo(config_.geoip, geo_problems_));
  const DetectorOptions options{config_.privacy.samples, fingerprint_key(config_.sensor.name),
                                config_.limits()};
  detectors_.emplace(KeyTable::shipped(), options);
  make_policy();
  context_.emplace(SensorContext{config_, config_.limits(), *geo_, *trust_, *catalogue_, *rules_,
                                 *detectors_, *known_values_, keys_, telling_});
}

void SensorParts::make_policy() {
  feeds_.emplace(config_);
  mutes_watch_.emplace(config_.mutes.file);
  trust_.emplace(config_, &*feeds_);
  catalogue_.emplace(config_);
  rules_.emplace(config_);
  known_values_.emplace(known_values(config_));
}

std::vector<std::string> SensorParts::refresh_policy() {
  std::vector<std::string> lines = feeds_->poll();
  if (!mutes_watch_->changed()) return lines;
  try {
    rules_->use(MuteBook::of(config_));
    lines.push_back(config_.mutes.file + ": reloaded");
  } catch (const ConfigError& error) {
    lines.push_back(std::string(error.what()) + "; the mutes from before stay");
  }
  return lines;
}

}  // namespace telltale
