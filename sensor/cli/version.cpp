// telltale version: this build, the libraries in it, and the policy packs it ships.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "sensor/base/version.h"
#include "sensor/classify/classifier.h"
#include "sensor/cli/command.h"
#include "sensor/output/json_lines.h"

namespace telltale {
namespace {

using Versions = std::vector<std::pair<std::string, std::string>>;

Versions libraries() {
  return {{"nDPI", ndpi_library_version()}};
}

int version(bool json) {
  if (!json) {
    std::printf("telltale %s\n", kVersion);
    for (const auto& [name, text] : libraries()) std::printf("  %-13s %s\n", name.c_str(), text.c_str());
    std::string packs;
    for (const std::string& pack : shipped_packs()) packs += (packs.empty() ? "" : ", ") + pack;
    std::printf("  %-13s %s\n", "packs", packs.c_str());
    return kExitDone;
  }
  std::string text = "{\"version\":" + json_quoted(kVersion) + ",\"libraries\":{";
  const char* separator = "";
  for (const auto& [name, number] : libraries()) {
    text += separator + json_quoted(name) + ":" + json_quoted(number);
    separator = ",";
  }
  text += "},\"packs\":[";
  separator = "";
  for (const std::string& pack : shipped_packs()) {
    text += separator + json_quoted(pack);
    separator = ",";
  }
  std::printf("%s]}\n", text.c_str());
  return kExitDone;
}

}  // namespace

void register_version(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("version", "Print the version, the libraries and the data in it");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "as JSON");
  command->callback([json, &chosen] { chosen = [json] { return version(*json); }; });
}

}  // namespace telltale
