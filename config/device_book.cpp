#include "config/device_book.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

#include "config/policy_text.h"
#include "config/section.h"
#include "config/values.h"
#include "sensor/base/replace_file.h"

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
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 && errno == ENOENT) return {};
  const YamlDocument document(read_config_file(path), path);
  Section section(document.root(), "a file of devices");
  std::vector<DeviceConfig> devices;
  section.read_list("devices", devices, read_device);
  section.done();
  return devices;
}

void save_devices(const std::string& path, const std::vector<DeviceConfig>& devices) {
  if (devices.size() > kMostDevices) {
    throw ConfigError(fmt::format("{}:1:1: more than {} devices", path, kMostDevices));
  }
  std::string text = "# Written by telltale; may be edited. See docs/configuration.md.\ndevices:\n";
  for (const DeviceConfig& device : devices) text += "  - " + to_yaml(device) + "\n";
  if (devices.empty()) text = "devices: []\n";
  const std::string reason = replace_file(path, text, 0640);
  if (!reason.empty()) throw ConfigError(fmt::format("{}:1:1: cannot be written: {}", path, reason));
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
