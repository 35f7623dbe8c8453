#include "sensor/cli/policy_options.h"

#include <CLI/CLI.hpp>

namespace telltale {

void add_policy_options(CLI::App& command, PolicyOptions& options) {
  command.add_option("-c,--config", options.config, "configuration (YAML)");
  command.add_option("--policy", options.policies, "a policy pack by name, or a file; repeatable")
      ->allow_extra_args(false);
}

Config load_policy(const PolicyOptions& options) {
  Config config = options.config.empty() ? default_config() : load_config(options.config);
  for (const std::string& policy : options.policies) apply_policy_pack(config, policy);
  return config;
}

}  // namespace telltale
