// The catalogue: who is behind which domains, in which country they sit, and what their programs
// are known to collect. Facts, not trust; each with its source and licence.
//
// A file has a `kind`, `sources` (key: {name, licence}) and `entries`; an entry's domains stand
// under the key of the source they were taken from. Shipped files are config/catalogue/*.yaml; a
// user's own are named by `catalogue` in the configuration. To add facts, add them to a file or add
// a file.
#pragma once

#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace telltale {

// Throws ConfigError.
std::vector<CatalogEntry> read_catalogue(const YamlNode& root);

// What is shipped, in the order of the files; read at the first call.
const std::vector<CatalogEntry>& shipped_catalogue();

// The shipped entries of that name (without regard to case); empty where there is none.
std::vector<CatalogEntry> catalogue_named(std::string_view name);
// The shipped entries of a kind.
std::vector<CatalogEntry> catalogue_of_kind(std::string_view kind);

}  // namespace telltale
