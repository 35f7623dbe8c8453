#include "config/pack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
  for (const char* key : {"title", "source", "date", "note"}) {
    section.read(key, about, values::text);
  }
  section.done();
}

CatalogEntry read_app(const YamlNode& node) {
  Section section(node, "an app");
  CatalogEntry entry;
  std::string note;
  section.read("name", entry.app, values::non_empty_text);
  section.read("operator", entry.operator_name, values::non_empty_text);
  section.read("country", entry.operator_country, values::country);
  section.read_list("domains", entry.domains, values::domain);
  section.read("note", note, values::text);
  section.done();
  if (entry.app.empty()) section.missing("name", "Example");
  return entry;
}

Pack read_pack(const YamlNode& root, const std::string& folder, PackDepth depth) {
  Section section(root, "a policy");
  Pack pack;
  if (const YamlNode* about = section.find("pack")) read_about(*about, pack);
  section.read_list("apps", pack.apps, read_app);
  if (const YamlNode* trust = section.find("trust")) {
    pack.trust = read_trust(*trust, folder, depth);
  }
  if (const YamlNode* rules = section.find("rules")) {
    pack.rules = read_rules(*rules, root.file());
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
