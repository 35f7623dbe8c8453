// telltale vault: puts values into a vault, lists and removes them. Values come from standard input
// or a prompt, never from the command line, which every user of the machine can read; they are
// never printed.
#include "sensor/detect/vault.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "config/config.h"
#include "sensor/base/encoding.h"
#include "sensor/cli/command.h"
#include "sensor/output/json_lines.h"

namespace telltale {
namespace {

struct VaultOptions {
  std::string config;
  std::string path;
  std::string key;
  std::string type;
  std::string owner;
  std::string id;
  bool json = false;
};

// Where the vault is: as told, else as configured.
void find_vault(VaultOptions& options) {
  if (options.path.empty() && !options.config.empty()) {
    const Config config = load_config(options.config);
    options.path = config.vault.path;
    if (options.key.empty()) options.key = config.vault.key;
  }
  if (options.path.empty()) {
    throw UsageError(
        "telltale: vault: which one? Name it with --vault FILE, or a configuration that has vault: "
        "{path: ...} with -c FILE");
  }
  if (options.key.empty()) options.key = options.path + ".key";
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// Held while a vault is read, changed and written, so that of two commands at once neither is lost.
class FolderLock {
 public:
  explicit FolderLock(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    folder_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0 || flock(folder_, LOCK_EX) != 0) {
      throw UsageError(fmt::format("telltale: {}: {}", folder, std::strerror(errno)));
    }
  }
  FolderLock(const FolderLock&) = delete;
  ~FolderLock() { close(folder_); }

 private:
  int folder_ = -1;
};

// A line from the terminal that is not shown while it is typed.
std::string prompted(const std::string& what) {
  termios before{};
  const bool can_hide = tcgetattr(STDIN_FILENO, &before) == 0;
  if (can_hide) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::fprintf(stderr, "%s (not shown): ", what.c_str());
  std::string line;
  std::getline(std::cin, line);
  if (can_hide) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputc('\n', stderr);
  return line;
}

std::vector<std::string> values_from_input(const std::string& type) {
  if (isatty(STDIN_FILENO) != 0) return {prompted(type)};
  std::vector<std::string> values;
  for (std::string line; std::getline(std::cin, line);) values.push_back(line);
  return values;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
  return text.data();
}

Vault open_or_create(const VaultOptions& options) {
  if (exists(options.path)) return Vault::load(options.path, options.key);
  if (exists(options.key)) {
    throw UsageError(
        fmt::format("{}:1:1: there is this key but no vault {}; name the vault it belongs to, or "
                    "move the key away",
                    options.key, options.path));
  }
  return Vault::create();
}

int add(VaultOptions& options) {
  find_vault(options);
  const auto type = parse_data_type(options.type);
  if (!type) {
    std::string names;
    for (size_t i = 0; i < kDataTypeCount; ++i) {
      names += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<DataType>(i)));
    }
    throw UsageError(
        fmt::format("telltale: vault add: no type {}; there are {}", options.type, names));
  }
  const std::vector<std::string> values = values_from_input(options.type);
  const FolderLock lock(options.path);
  Vault vault = open_or_create(options);
  size_t added = 0;
  size_t line = 0;
  size_t refused = 0;
  for (const std::string& text : values) {
    ++line;
    const std::string_view value = trim(text);
    if (value.empty()) continue;
    if (vault.has(*type, value)) {
      std::fprintf(stderr, "telltale: standard input:%zu:1: this value is in the vault already\n",
                   line);
    } else if (const VaultEntry* entry = vault.add(*type, value, options.owner, today())) {
      std::printf("%s %s %s\n", entry->id.c_str(), options.type.c_str(), entry->hint.c_str());
      ++added;
    } else {
      std::fprintf(stderr,
                   "telltale: standard input:%zu:1: a value has %zu letters or digits at least and "
                   "%zu bytes at most\n",
                   line, kShortestKnownValue, kLongestKnownValue);
      ++refused;
    }
  }
  if (values.empty())
    throw UsageError("telltale: vault add: no value came; write one a line to standard input");
  if (added > 0) vault.save(options.path, options.key);
  return refused > 0 ? kExitUsage : kExitDone;
}

int list(VaultOptions& options) {
  find_vault(options);
  const Vault vault = Vault::load(options.path, options.key);
  for (const VaultEntry& entry : vault.entries()) {
    const std::string type(name_of(entry.type));
    if (!options.json) {
      std::printf("%s  %s  %-16s %-20s %s\n", entry.id.c_str(), entry.date.c_str(), type.c_str(),
                  entry.hint.c_str(), entry.owner.c_str());
      continue;
    }
    const std::string owner = entry.owner.empty() ? "" : ",\"owner\":" + json_quoted(entry.owner);
    std::printf("{\"id\":%s,\"added\":%s,\"type\":%s,\"hint\":%s%s}\n",
                json_quoted(entry.id).c_str(), json_quoted(entry.date).c_str(),
                json_quoted(type).c_str(), json_quoted(entry.hint).c_str(), owner.c_str());
  }
  return kExitDone;
}

int remove(VaultOptions& options) {
  find_vault(options);
  const FolderLock lock(options.path);
  Vault vault = Vault::load(options.path, options.key);
  if (!vault.remove(options.id)) {
    throw UsageError(fmt::format(
        "telltale: vault remove: no value {}; 'telltale vault list' shows their ids", options.id));
  }
  vault.save(options.path, options.key);
  return kExitDone;
}

}  // namespace

void register_vault(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("vault", "Keep values to look for as keyed hashes only");
  command->require_subcommand(1);
  auto options = std::make_shared<VaultOptions>();
  const auto action = [&](const char* name, const char* help, int (*run)(VaultOptions&)) {
    CLI::App* chosen_action = command->add_subcommand(name, help);
    chosen_action->add_option("--vault", options->path, "the vault's file");
    chosen_action->add_option("--key", options->key,
                              "its key's file; by default the vault's name with .key");
    chosen_action->add_option("-c,--config", options->config,
                              "a configuration that names the vault");
    chosen_action->callback(
        [options, run, &chosen] { chosen = [options, run] { return run(*options); }; });
    return chosen_action;
  };
  CLI::App* adding =
      action("add", "Add values, one a line from standard input or one from a prompt", add);
  adding->add_option("--type", options->type, "what the values are: imei, phone_number, ...")
      ->required();
  adding->add_option("--owner", options->owner, "whose they are; findings will say so");
  action("list", "List id, date, type, masked hint and owner", list)
      ->add_flag("--json", options->json, "as JSON lines");
  action("remove", "Remove a value", remove)
      ->add_option("ID", options->id, "as the list shows it")
      ->required();
}

}  // namespace telltale
