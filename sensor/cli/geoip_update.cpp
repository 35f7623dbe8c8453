// telltale geoip update: downloads the databases that the configuration names.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>

#include "geoip/geo_update.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/terminal.h"

namespace telltale {
namespace {

struct UpdateOptions {
  std::string config;
  std::string out;
};

// The value of an environment variable that the configuration names.
std::string secret_of(const std::string& variable) {
  if (variable.empty()) return {};
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || value[0] == '\0') {
    throw GeoError("the environment variable " + variable + " is not set");
  }
  return value;
}

GeoUpdateResult run(const GeoUpdateConfig& config, const std::string& folder) {
  GeoUpdate update;
  update.url = config.url;
  update.sha256_url = config.sha256_url;
  update.file = config.file;
  update.account = secret_of(config.account_env);
  update.licence_key = secret_of(config.licence_key_env);
  return update_geo_database(update, folder, std::chrono::system_clock::now());
}

// One that fails does not keep the others from being fetched.
int update(const UpdateOptions& options) {
  const GeoConfig config = geo_configuration(options.config).geoip;
  if (config.update.empty()) {
    throw UsageError(
        "telltale: the configuration names nothing to download; write geoip: {update: [{url: "
        "https://...}]}, or make databases of open data with telltale geoip build");
  }
  const std::string folder = geo_output_folder(options.out);
  int status = kExitDone;
  for (const GeoUpdateConfig& each : config.update) {
    try {
      const GeoUpdateResult result = run(each, folder);
      if (result.path.empty()) {
        std::printf("%s: nothing newer\n", printable(each.url, 400).c_str());
      } else {
        std::printf("%s: written, data of %s\n", printable(result.path, 400).c_str(),
                    iso_day(result.built).c_str());
      }
    } catch (const GeoError& error) {
      std::fprintf(stderr, "telltale: %s; what was there before stays\n",
                   printable(error.what(), 600).c_str());
      status = kExitDamaged;
    }
  }
  return status;
}

}  // namespace

void register_geoip_update(CLI::App& geoip, std::function<int()>& chosen) {
  auto options = std::make_shared<UpdateOptions>();
  CLI::App* command = geoip.add_subcommand(
      "update", "Download the databases of geoip.update: checked, and put in place at once");
  command->add_option("-c,--config", options->config, "configuration (YAML)")->required();
  command->add_option("--out", options->out,
                      "folder to write to (default: /var/lib/telltale for root, else "
                      "~/.local/share/telltale)");
  command->callback([options, &chosen] { chosen = [options] { return update(*options); }; });
}

}  // namespace telltale
