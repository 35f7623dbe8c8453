// Packs: policies and catalogues shipped with the sensor or kept in a file.
//
// A pack may have four sections: `pack` (what it is, where its facts come from), `apps` (who is
// behind which domains: written out, or entries of the catalogue by name or kind), `trust` and `rules`. Listed under trust.untrusted.packs, a pack lends its
// apps' domains and its own untrusted entries; given as a policy, its trust and rules sections are
// applied. To add one, add config/packs/NAME.yaml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace telltale {

// A trust section as it stands in one file; packs it lists are in `borrowed`.
struct TrustSection {
  std::optional<Trust> fallback;
  TrustLists trusted;
  TrustLists untrusted;
  std::vector<BorrowedTrust> borrowed;
  std::vector<CatalogEntry> catalog;  // apps of the packs it lists
};

struct Pack {
  std::string name;
  std::string title;
  std::string source;
  std::string date;
  bool shipped = false;
  std::vector<CatalogEntry> apps;
  TrustSection trust;
  std::vector<RuleConfig> rules;
};

// True for a name that means a file: it has a '/', or ends in .yaml or .yml.
bool names_a_file(const std::string& name_or_path);

// How deep a pack is read: a pack that is listed lends only what it says itself, so that packs
// cannot list each other in circles.
enum class PackDepth { own_entries, with_listed_packs };

// A shipped pack by name, or one from a file. Throws ConfigError, for an unknown name at `where` if
// there is a place that named it.
Pack load_pack(const std::string& name_or_path, PackDepth depth, const YamlNode* where = nullptr);

// Every problem of a policy file, a line each.
std::vector<std::string> check_pack(const std::string& text, const std::string& path);

// The apps a pack describes itself, without those it takes from the catalogue.
std::vector<CatalogEntry> own_apps(const Pack& pack);

// What a pack lends to trust.untrusted.packs.
BorrowedTrust lend_untrusted(const Pack& pack);

}  // namespace telltale
