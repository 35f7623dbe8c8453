#include "config/device_book.h"

#include <fmt/format.h>

#include "config/list_file.h"
#include "config/policy_text.h"
#include "config/section.h"
#include "config/values.h"

namespace telltale {
namespace {

constexpr size_t kMostDevices = 10'000;

std::string to_yaml(const DeviceConfig& device) {
  std::string text = "{";
  if (device.mac) text += fmt::format("mac: \"{}\"", device.mac->to_string());
  if (device.ip) {
    text += fmt::format("{}ip: \"{}\"", device.mac ? ", " : "", device.ip->network().to_string());
  }
  if (!device.name.empty()) text += ", name: " + yaml_scalar(device.name);
  if (!device.group.empty()) text += ", group: " + yaml_scalar(device.group);
  return text + "}";
}

}  // namespace

DeviceConfig read_device(const YamlNode& node) {
  Section section(node, "a device");
  DeviceConfig device;
  device.mac.reset();
  section.read("mac", device.mac,
               [](const YamlNode& value) { return std::optional<MacAddress>(values::mac(value)); });
  section.read("ip", device.ip,
               [](const YamlNode& value) { return std::optional<Cidr>(values::address(value)); });
  section.read("name", device.name, values::non_empty_text);
  section.read("group", device.group, values::non_empty_text);
  section.done();
  if (!device.mac && !device.ip) section.missing("mac", "\"02:00:00:00:00:07\"");
  return device;
}

std::vector<DeviceConfig> load_devices(const std::string& path) {
  return load_list_file(path, "devices", "a file of devices", read_device);
}

void save_devices(const std::string& path, const std::vector<DeviceConfig>& devices) {
  if (devices.size() > kMostDevices) {
    throw ConfigError(fmt::format("{}:1:1: more than {} devices", path, kMostDevices));
  }
  std::vector<std::string> entries;
  for (const DeviceConfig& device : devices) entries.push_back(to_yaml(device));
  save_list_file(path, "devices", "docs/configuration.md", entries);
}

void use_devices_file(Config& config) {
  if (config.devices_file.empty()) return;
  std::vector<DeviceConfig> written = load_devices(config.devices_file);
  std::erase_if(config.devices, [](const DeviceConfig& device) { return device.from_file; });
  for (DeviceConfig& device : written) {
    device.from_file = true;
    config.devices.push_back(std::move(device));
  }
}

}  // namespace telltale
