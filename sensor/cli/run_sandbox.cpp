#include "sensor/cli/run_sandbox.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "geoip/geo_files.h"
#include "sensor/cli/command.h"
#include "sensor/sandbox/files.h"
#include "sensor/sandbox/privileges.h"
#include "sensor/sandbox/system_calls.h"

namespace telltale {
namespace {

constexpr const char* kAccount = "telltale";

std::string folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

void add_folder(std::vector<std::string>& folders, const std::string& file) {
  if (file.empty() || file == "-") return;
  const std::string folder = folder_of(file);
  if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
}

// Folders in which a running sensor makes and replaces files.
std::vector<std::string> written_folders(const Config& config, const RunFiles& files) {
  std::vector<std::string> folders;
  for (const std::string& file : files.written) add_folder(folders, file);
  add_folder(folders, config.store.path);
  add_folder(folders, config.mutes.file);
  add_folder(folders, config.devices_file);
  for (const OutputConfig& output : config.outputs) add_folder(folders, output.path);
  return folders;
}

}  // namespace

std::vector<std::string> folders_read(const Config& config, const RunFiles& files) {
  std::vector<std::string> folders;
  for (const std::string& file : files.read) add_folder(folders, file);
  add_folder(folders, config.mutes.file);
  add_folder(folders, config.devices_file);
  for (const std::string& log : config.tls.keylog) add_folder(folders, log);
  for (const std::string& file : config.geoip.databases) add_folder(folders, file);
  for (const FeedConfig& feed : config.feeds) add_folder(folders, feed.path);
  for (const std::string& folder : geo_folders()) folders.push_back(folder);
  add_folder(folders, config.vault.path);
  // Name service, certificates and time zones; the public suffix list and Debian's data; what glibc
  // loads when it first meets a charset.
  for (const char* folder : {"/etc", "/usr/share", "/usr/lib"}) folders.emplace_back(folder);
  return folders;
}

bool confine_to(const std::vector<std::string>& read, const std::vector<std::string>& written) {
  std::vector<AllowedPath> allowed = {{"/dev/null", FileUse::write},
                                      {"/dev/urandom", FileUse::read},
                                      {"/proc/self", FileUse::read}};
  for (const std::string& folder : read) allowed.push_back({folder, FileUse::read});
  for (const std::string& folder : written) allowed.push_back({folder, FileUse::write});
  return confine_files(allowed);
}

std::vector<std::string> give_up_root(const Config& config, const RunFiles& files) {
  std::vector<std::string> told;
  std::optional<Identity> who;
  if (geteuid() == 0) {
    const std::string name = config.sensor.user.empty() ? kAccount : config.sensor.user;
    who = find_user(name);
    if (!who && !config.sensor.user.empty()) {
      throw UsageError(fmt::format(
          "telltale: sensor.user: there is no account {}; make one with adduser --system {}", name,
          name));
    }
    for (const std::string& folder : written_folders(config, files)) {
      if (!who || may_write(*who, folder)) continue;
      const std::string line =
          fmt::format("{} may not write in {}; chown {} {}", name, folder, name, folder);
      if (!config.sensor.user.empty()) throw UsageError("telltale: sensor.user: " + line);
      told.push_back(line);
      who.reset();
    }
    if (!who)
      told.push_back("goes on as root without capabilities; sensor.user names another account");
  }
  give_up_privileges(who);
  return told;
}

std::vector<std::string> confine(const Config& config, const RunFiles& files) {
  if (!config.sensor.sandbox)
    return {"sensor.sandbox is false: all files and system calls stay in reach"};
  std::vector<std::string> told;
  if (!confine_to(folders_read(config, files), written_folders(config, files)))
    told.emplace_back("this kernel has no Landlock: files stay in reach");
  if (!confine_system_calls())
    told.emplace_back("built without libseccomp: system calls are not filtered");
  return told;
}

}  // namespace telltale
