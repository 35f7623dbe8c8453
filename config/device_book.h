// Names and groups of devices. They stand in the configuration under `devices`, and in a file of
// their own (`devices_file`) that the web page writes:
//
//   devices:
//     - {mac: "02:00:00:00:00:07", name: Lab phone, group: phones}
//
// What the configuration says of a device comes before the file.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace telltale {

// One entry of a list of devices. Throws ConfigError.
DeviceConfig read_device(const YamlNode& node);

// The devices of a file; none where there is no such file yet. Throws ConfigError.
std::vector<DeviceConfig> load_devices(const std::string& path);

// Writes the file whole or not at all. Throws ConfigError.
void save_devices(const std::string& path, const std::vector<DeviceConfig>& devices);

// Takes into `config` what its devices_file says now, in place of what it said before. Throws
// ConfigError, and then nothing has changed.
void use_devices_file(Config& config);

}  // namespace telltale
