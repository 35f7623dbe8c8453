// Mutes: "this is fine, for this device, this data, this destination, until". They stand in the
// configuration under `mutes`, and in a file of their own (`mutes_file`) that programs write as
// well:
//
//   mutes:
//     - {device: [Lab phone], type: [android_id], domain: [example.com], until: 2027-01-31, reason:
//     agreed}
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace telltale {

// One entry of a list of mutes. Throws ConfigError.
MuteConfig read_mute(const YamlNode& node);

// The mutes of a file; none where there is no such file yet. Throws ConfigError.
std::vector<MuteConfig> load_mutes(const std::string& path);

// Writes the file whole or not at all (a new file takes the place of the old one). Throws
// ConfigError.
void save_mutes(const std::string& path, const std::vector<MuteConfig>& mutes);

// The line of YAML that a mute stands for: "{device: [Lab phone], type: [android_id]}".
std::string to_yaml(const MuteConfig& mute);

}  // namespace telltale
