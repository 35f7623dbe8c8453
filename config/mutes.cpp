#include "config/mutes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/policy_text.h"
#include "config/section.h"
#include "config/values.h"

namespace telltale {
namespace {

constexpr size_t kMostMutes = 10'000;

ConfigError cannot_write(const std::string& path) {
  return ConfigError(fmt::format("{}:1:1: cannot be written: {}", path, std::strerror(errno)));
}

void write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(path);
    text.remove_prefix(static_cast<size_t>(written));
  }
}

struct File {
  int descriptor;
  ~File() { close(descriptor); }
};

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
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 && errno == ENOENT) return {};
  const YamlDocument document(read_config_file(path), path);
  Section section(document.root(), "a file of mutes");
  std::vector<MuteConfig> mutes;
  section.read_list("mutes", mutes, read_mute);
  section.done();
  return mutes;
}

void save_mutes(const std::string& path, const std::vector<MuteConfig>& mutes) {
  if (mutes.size() > kMostMutes) {
    throw ConfigError(
        fmt::format("{}:1:1: more than {} mutes; write rules instead", path, kMostMutes));
  }
  std::string text =
      "# Written by telltale; may be edited. See docs/policy.md, \"Mutes\".\nmutes:\n";
  for (const MuteConfig& mute : mutes) text += "  - " + to_yaml(mute) + "\n";
  if (mutes.empty()) text = "mutes: []\n";
  const std::string made = path + ".new";
  {
    const File file{
        open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)};
    if (file.descriptor < 0) throw cannot_write(made);
    write_all(file.descriptor, text, made);
    if (fsync(file.descriptor) != 0) throw cannot_write(made);
  }
  if (rename(made.c_str(), path.c_str()) != 0) throw cannot_write(path);
}

}  // namespace telltale
