#include "config/pack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/catalogue.h"
#include "config/section.h"
#include "config/sections.h"
#include "config/shipped.h"
#include "config/values.h"

namespace telltale {
namespace {

constexpr std::string_view kPacksFolder = "packs/";
constexpr std::string_view kSuffix = ".yaml";

void read_about(const YamlNode& node, Pack& pack) {
  Section section(node, "pack");
  std::string about;
  section.read("name", pack.name, values::non_empty_text);
  section.read("title", pack.title, values::text);
  section.read("source", pack.source, values::text);
  section.read("date", pack.date, values::text);
  section.read("note", about, values::text);
  section.done();
}

// What stands in a pack's `apps` for one item: an app with its domains, or entries of the catalogue, by name
// or all of a kind.
std::vector<CatalogEntry> read_app(const YamlNode& node) {
  Section section(node, "an app");
  CatalogEntry entry;
  section.read("name", entry.app, values::non_empty_text);
  section.read("kind", entry.kind, values::non_empty_text);
  const bool described = section.read("operator", entry.operator_name, values::non_empty_text);
  section.read("country", entry.operator_country, values::country);
  const YamlNode* domains = section.find("domains");
  section.read_list("domains", entry.domains, values::domain);
  section.read("note", entry.note, values::text);
  section.done();
  if (entry.app.empty() && entry.kind.empty()) section.missing("name", "Example");
  if (domains != nullptr || described) return {std::move(entry)};
  std::vector<CatalogEntry> found =
      entry.app.empty() ? catalogue_of_kind(entry.kind) : catalogue_named(entry.app);
  if (found.empty()) {
    node.fail(fmt::format("the catalogue has nothing {} {}; give its domains, or domains: [] where none "
                          "is known",
                          entry.app.empty() ? "of the kind" : "named",
                          in_quotes(entry.app.empty() ? entry.kind : entry.app)));
  }
  return found;
}

Pack read_pack(const YamlNode& root, const std::string& folder, PackDepth depth) {
  Section section(root, "a policy");
  Pack pack;
  if (const YamlNode* about = section.find("pack")) read_about(*about, pack);
  std::vector<std::vector<CatalogEntry>> apps;
  section.read_list("apps", apps, read_app);
  for (auto& entries : apps) {
    for (CatalogEntry& entry : entries) pack.apps.push_back(std::move(entry));
  }
  if (const YamlNode* trust = section.find("trust")) {
    Section::guard(*trust, [&] { pack.trust = read_trust(*trust, folder, depth); });
  }
  if (const YamlNode* rules = section.find("rules")) {
    Section::guard(*rules, [&] { pack.rules = read_rules(*rules, root.file()); });
  }
  section.done();
  return pack;
}

Pack load_file(const std::string& path, PackDepth depth) {
  const YamlDocument document(read_config_file(path), path);
  Pack pack = read_pack(document.root(), folder_of(path), depth);
  if (pack.name.empty()) pack.name = path;
  return pack;
}

}  // namespace

std::vector<std::string> check_pack(const std::string& text, const std::string& path) {
  std::vector<std::string> problems;
  try {
    const YamlDocument document(text, path, &problems);
    read_pack(document.root(), folder_of(path), PackDepth::with_listed_packs);
  } catch (const ConfigError& problem) {
    problems.emplace_back(problem.what());
  }
  return problems;
}

bool names_a_file(const std::string& name_or_path) {
  return name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".yaml") ||
         name_or_path.ends_with(".yml");
}

Pack load_pack(const std::string& name_or_path, PackDepth depth, const YamlNode* where) {
  if (names_a_file(name_or_path)) return load_file(name_or_path, depth);
  const std::string file = fmt::format("{}{}{}", kPacksFolder, name_or_path, kSuffix);
  if (const auto text = shipped_text(file)) {
    const YamlDocument document(*text, "shipped pack " + name_or_path);
    Pack pack = read_pack(document.root(), {}, depth);
    pack.name = name_or_path;
    pack.shipped = true;
    return pack;
  }
  const std::vector<std::string> packs = shipped_packs();
  const std::string_view meant = nearest(name_or_path, {packs.begin(), packs.end()});
  const std::string message =
      meant.empty()
          ? fmt::format(
                "no pack is named {}; shipped packs: {}; a file is named by a path "
                "with '/' or ending in .yaml",
                in_quotes(name_or_path), fmt::join(packs, ", "))
          : fmt::format("no pack is named {}; did you mean '{}'?", in_quotes(name_or_path), meant);
  if (where != nullptr) where->fail(message);
  throw ConfigError(name_or_path + ":1:1: " + message);
}

std::vector<CatalogEntry> own_apps(const Pack& pack) {
  std::vector<CatalogEntry> own;
  for (const CatalogEntry& app : pack.apps) {
    if (!app.kind.empty()) continue;  // the catalogue's
    own.push_back(app);
    own.back().own = !pack.shipped;
  }
  return own;
}

BorrowedTrust lend_untrusted(const Pack& pack) {
  BorrowedTrust lent{"packs." + pack.name, Trust::untrusted, pack.trust.untrusted};
  for (const CatalogEntry& app : pack.apps) {
    lent.lists.domains.insert(lent.lists.domains.end(), app.domains.begin(), app.domains.end());
  }
  return lent;
}

std::vector<std::string> shipped_packs() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : shipped_policies()) {
    std::string_view name = file.name;
    if (!name.starts_with(kPacksFolder)) continue;
    name.remove_prefix(kPacksFolder.size());
    name.remove_suffix(kSuffix.size());
    names.emplace_back(name);
  }
  return names;
}

}  // namespace telltale
