// telltale version: this build, the libraries in it, and the policy packs it ships.
#include "sensor/base/version.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/config.h"
#include "geoip/geo_files.h"
#include "geoip/geo_lookup.h"
#include "sensor/classify/classifier.h"
#include "sensor/cli/command.h"
#include "sensor/output/json_lines.h"
#include "sensor/sandbox/system_calls.h"
#include "sensor/web/pages.h"

namespace telltale {
namespace {

using Versions = std::vector<std::pair<std::string, std::string>>;

Versions libraries() { return {{"nDPI", ndpi_library_version()}}; }

std::vector<std::string> features() {
  std::vector<std::string> names = {"landlock"};
  if (seccomp_built_in()) names.emplace_back("seccomp");
  if (has_dashboard_pages()) names.emplace_back("dashboard");
#ifdef TELLTALE_SYSTEMD
  names.emplace_back("systemd");
#endif
#ifdef TELLTALE_MQTT
  names.emplace_back("mqtt");
#endif
  return names;
}

// The geo databases that are found without a configuration.
std::vector<GeoDatabaseInfo> data() {
  std::vector<std::string> ignored;
  return GeoDatabases::open_good(find_geo_databases(), ignored).info();
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string json_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + json_quoted(name);
  return "[" + text + "]";
}

void print_text() {
  const auto print = [](std::string_view name, const std::string& text) {
    fmt::print("  {:<13} {}\n", name, text);
  };
  fmt::print("telltale {}\n", kVersion);
  for (const auto& [name, text] : libraries()) print(name, text);
  print("features", joined(features()));
  print("packs", joined(shipped_packs()));
  for (const GeoDatabaseInfo& file : data())
    print("geo data", file.path + " of " + iso_day(file.built));
}

void print_json() {
  std::string libs;
  for (const auto& [name, number] : libraries()) {
    libs += (libs.empty() ? "" : ",") + json_quoted(name) + ":" + json_quoted(number);
  }
  std::string files;
  for (const GeoDatabaseInfo& file : data()) {
    files += fmt::format("{}{{\"path\":{},\"date\":{},\"licence\":{}}}", files.empty() ? "" : ",",
                         json_quoted(file.path), json_quoted(iso_day(file.built)),
                         json_quoted(file.licence));
  }
  fmt::print("{{\"version\":{},\"libraries\":{{{}}},\"features\":{},\"packs\":{},\"data\":[{}]}}\n",
             json_quoted(kVersion), libs, json_list(features()), json_list(shipped_packs()), files);
}

int version(bool json) {
  json ? print_json() : print_text();
  return kExitDone;
}

}  // namespace

void register_version(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command =
      app.add_subcommand("version", "Print the version, the libraries and the data in it");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "as JSON");
  command->callback([json, &chosen] { chosen = [json] { return version(*json); }; });
}

}  // namespace telltale
