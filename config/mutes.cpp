#include "config/mutes.h"

#include <fmt/format.h>

#include "config/list_file.h"
#include "config/policy_text.h"
#include "config/section.h"
#include "config/values.h"

namespace telltale {
namespace {

constexpr size_t kMostMutes = 10'000;

}  // namespace

MuteConfig read_mute(const YamlNode& node) {
  Section section(node, "a mute");
  MuteConfig mute;
  section.read("name", mute.name, values::non_empty_text);
  section.read_list("device", mute.devices, values::non_empty_text);
  section.read_list("group", mute.groups, values::non_empty_text);
  section.read_list("class", mute.classes, values::data_class);
  section.read_list("type", mute.types, values::data_type);
  section.read_list("anomaly", mute.anomalies, values::non_empty_text);
  section.read_list("domain", mute.domains, values::domain);
  section.read_list("address", mute.addresses, values::network);
  section.read_list("app", mute.apps, values::non_empty_text);
  section.read_list("rule", mute.rules, values::non_empty_text);
  section.read("until", mute.until, [](const YamlNode& value) {
    return std::optional<Timestamp>(values::instant(value));
  });
  section.read("reason", mute.reason, values::text);
  section.done();
  const bool says_something =
      !(mute.devices.empty() && mute.groups.empty() && mute.classes.empty() && mute.types.empty() &&
        mute.anomalies.empty() && mute.domains.empty() && mute.addresses.empty() &&
        mute.apps.empty() && mute.rules.empty());
  if (!says_something) {
    node.fail(
        "this would mute everything; say for which device, data or destination, for example "
        "{device: [Lab phone], type: [android_id], domain: [example.com]}");
  }
  if (mute.name.empty()) mute.name = to_yaml(mute);
  return mute;
}

std::vector<MuteConfig> load_mutes(const std::string& path) {
  return load_list_file(path, "mutes", "a file of mutes", read_mute);
}

void save_mutes(const std::string& path, const std::vector<MuteConfig>& mutes) {
  if (mutes.size() > kMostMutes) {
    throw ConfigError(
        fmt::format("{}:1:1: more than {} mutes; write rules instead", path, kMostMutes));
  }
  std::vector<std::string> entries;
  for (const MuteConfig& mute : mutes) entries.push_back(to_yaml(mute));
  save_list_file(path, "mutes", "docs/policy.md, \"Mutes\"", entries);
}

}  // namespace telltale
