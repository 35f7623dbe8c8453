// SensorParts: what the configuration describes, made real: the parts all shards share. Immutable
// while shards work, except for TLS secrets, which may still arrive, and for lists that are
// reloaded whole.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sensor/pipeline/context.h"
#include "sensor/policy/explain.h"
#include "sensor/policy/feed_set.h"
#include "sensor/policy/file_watch.h"

namespace telltale {

class SensorParts {
 public:
  // Opens databases and key logs. Throws std::runtime_error that names the file.
  explicit SensorParts(const Config& config, AlertTelling telling = AlertTelling::when_over);
  SensorParts(const SensorParts&) = delete;

  const SensorContext& context() const { return *context_; }
  const GeoDatabases& geo() const { return *geo_; }
  // Takes in databases that changed; what happened, a line each. From one thread at a time.
  std::vector<std::string> refresh_geo() { return geo_->refresh(); }
  // Of databases that were found and are no good, a line each.
  const std::vector<std::string>& geo_problems() const { return geo_problems_; }
  KeyStore& keys() { return *keys_; }
  const FeedSet& feeds() const { return *feeds_; }
  PolicyView policy() const { return {config_, &*feeds_, *trust_, *catalogue_, *rules_}; }
  // Reloads feeds and mutes whose files have changed; to be called now and then by the thread that
  // made this, also while the engine runs. Returns lines to tell the user; what is bad leaves the
  // old in place.
  std::vector<std::string> refresh_policy();
  // Makes lists, rules, catalogue and known values anew, in the same places, as the configuration
  // this was made of has changed. No shard may work meanwhile (EngineHooks::on_second). Throws
  // std::runtime_error, and then this is of no use any more: try with another SensorParts first.
  void make_policy();

 private:
  const Config& config_;
  AlertTelling telling_;
  std::vector<std::string> geo_problems_;
  // Optional, so that they can be made anew where they stand: shards keep references to them.
  std::optional<GeoDatabases> geo_;
  std::optional<FeedSet> feeds_;
  std::optional<FileWatch> mutes_watch_;
  std::optional<TrustPolicy> trust_;
  std::optional<CatalogueIndex> catalogue_;
  std::optional<RuleSet> rules_;
  std::optional<DetectorSet> detectors_;
  std::optional<KnownValues> known_values_;
  std::shared_ptr<KeyStore> keys_;
  std::optional<SensorContext> context_;
};

}  // namespace telltale
