#include "sensor/cli/policy_options.h"

#include <algorithm>
#include <thread>

#include <CLI/CLI.hpp>

#include "sensor/cli/command.h"
#include "sensor/pipeline/sharding.h"

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

size_t worker_count(const Config& config) {
  const size_t wanted = config.sensor.workers > 0
                            ? config.sensor.workers
                            : std::max(1U, std::thread::hardware_concurrency());
  return std::min(wanted, kShards);
}

void add_home_option(CLI::App& command, std::vector<std::string>& networks) {
  command
      .add_option(
          "--home", networks,
          "a network whose addresses are devices, instead of the private ranges; repeatable")
      ->allow_extra_args(false);
}

void set_home_networks(Config& config, const std::vector<std::string>& networks) {
  if (!networks.empty()) config.sensor.home_networks.clear();
  for (const std::string& text : networks) {
    const auto network = Cidr::parse(text);
    if (!network) {
      throw UsageError("telltale: --home " + text +
                       ": not a network; write it as 192.168.0.0/16 or fd00::/8");
    }
    config.sensor.home_networks.push_back(*network);
  }
}

}  // namespace telltale
