// CatalogueIndex: which app or service a host belongs to, who runs it and from which country, by
// the longest domain of the catalogue. Immutable; shared by all shards.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"

namespace telltale {

class CatalogueIndex {
 public:
  struct Owner {
    std::string app;               // several that share the domain: "A / B"
    std::string operator_name;     // empty where those that share it differ
    std::string operator_country;  // likewise
    std::vector<const CatalogEntry*> entries;
    bool own = false;  // the user's entry
  };

  // `config` must outlive it.
  explicit CatalogueIndex(const Config& config);

  const Owner* owner_of(std::string_view host) const;
  // The same with the domain; null where nobody is known.
  const Owner* owner_of(std::string_view host, std::string_view* domain) const;
  size_t size() const { return owners_.size(); }

 private:
  void list(const std::string& domain, const CatalogEntry& entry);

  std::unordered_map<std::string_view, Owner>
      owners_;  // by domain, whose text is the configuration's
};

// The source of the entry's domain: "v2fly/domain-list-community (MIT)"; empty where the entry has
// none.
std::string source_of(const CatalogEntry& entry, std::string_view domain);

}  // namespace telltale
