// SensorParts: what the configuration describes, made real: the parts all shards share. Immutable once the
// engine runs, except for TLS secrets, which may still arrive, and for lists that are reloaded whole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sensor/pipeline/context.h"
#include "sensor/policy/feed_set.h"
#include "sensor/policy/file_watch.h"

namespace telltale {

class SensorParts {
 public:
  // Opens databases and key logs. Throws std::runtime_error that names the file.
  explicit SensorParts(const Config& config);
  SensorParts(const SensorParts&) = delete;

  const SensorContext& context() const { return context_; }
  const GeoDatabases& geo() const { return geo_; }
  // Takes in databases that changed; what happened, a line each. From one thread at a time.
  std::vector<std::string> refresh_geo() { return geo_.refresh(); }
  // Of databases that were found and are no good, a line each.
  const std::vector<std::string>& geo_problems() const { return geo_problems_; }
  KeyStore& keys() { return *keys_; }
  const FeedSet& feeds() const { return feeds_; }
  // Reloads feeds and mutes whose files have changed; to be called now and then by the thread that made this,
  // also while the engine runs. Returns lines to tell the user; what is bad leaves the old in place.
  std::vector<std::string> refresh_policy();

 private:
  std::vector<std::string> geo_problems_;
  GeoDatabases geo_;
  const Config& config_;
  FeedSet feeds_;
  FileWatch mutes_watch_;
  TrustPolicy trust_;
  CatalogueIndex catalogue_;
  RuleSet rules_;
  DetectorSet detectors_;
  KnownValues known_values_;
  std::shared_ptr<KeyStore> keys_;
  SensorContext context_;
};

}  // namespace telltale
