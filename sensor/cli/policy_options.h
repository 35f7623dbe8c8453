// The options that choose a policy, the same for every command that has one: -c FILE, --policy
// PACK|FILE, --home CIDR.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/policy/explain.h"
#include "sensor/policy/feed_set.h"

namespace CLI {
class App;
}

namespace telltale {

struct PolicyOptions {
  std::string config;
  std::vector<std::string> policies;
};

void add_policy_options(CLI::App& command, PolicyOptions& options);

// The configuration with the policies on top. Throws ConfigError.
Config load_policy(const PolicyOptions& options);

// --home CIDR, repeatable: whose addresses are devices.
void add_home_option(CLI::App& command, std::vector<std::string>& networks);
// Nothing changes where `networks` is empty. Throws UsageError.
void set_home_networks(Config& config, const std::vector<std::string>& networks);

// As many as the configuration says, else as the machine has; no more than there are shards.
size_t worker_count(const Config& config);

// A policy as it judges, without a sensor around it. `config` must outlive it. Throws ConfigError,
// FeedError.
struct JudgingPolicy {
  explicit JudgingPolicy(const Config& from)
      : config(from), feeds(from), trust(from, &feeds), catalogue(from), rules(from) {}
  JudgingPolicy(const JudgingPolicy&) = delete;
  PolicyView view() const { return {config, &feeds, trust, catalogue, rules}; }

  const Config& config;
  FeedSet feeds;
  TrustPolicy trust;
  CatalogueIndex catalogue;
  RuleSet rules;
};

}  // namespace telltale
