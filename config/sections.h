// The sections of a configuration file, one reader each.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/pack.h"
#include "config/yaml.h"

namespace telltale {

// Reads a whole configuration on top of `config`. Relative paths are put behind `folder`, which is
// empty or ends in '/'.
void read_config(const YamlNode& root, const std::string& folder, Config& config);

// In policy_sections.cpp:
TrustSection read_trust(const YamlNode& node, const std::string& folder, PackDepth depth);
std::vector<RuleConfig> read_rules(const YamlNode& node, const std::string& origin);
// Adds a trust section, as the user's own.
void merge_own(TrustSection&& section, Config& config);
// Adds what was borrowed, unless it is there already.
void merge_borrowed(std::vector<BorrowedTrust>&& borrowed, TrustConfig& trust);
void merge_catalog(std::vector<CatalogEntry>&& entries, std::vector<CatalogEntry>& catalog);

// `path` behind `folder` unless it is absolute.
std::string path_in(const std::string& folder, const std::string& path);

}  // namespace telltale
