// CatalogueIndex: which app or service a host belongs to, who runs it and from which country, by
// the longest domain of the catalogue; where its name is of nobody's, who runs the network it
// stands in. Immutable; shared by all shards.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"

namespace telltale {

class CatalogueIndex {
 public:
  struct Owner {
    std::string app;               // several that share the domain: "A / B"
    std::string operator_name;     // empty where those that share it differ
    std::string operator_country;  // likewise
    std::vector<const CatalogEntry*> entries;
    std::shared_ptr<const Suspicion> suspicion;  // null where nothing is known to be collected
    bool own = false;                            // the user's entry
  };

  // `config` must outlive it.
  explicit CatalogueIndex(const Config& config);

  // What an owner is known by: a domain, else the number of a network.
  struct Match {
    const Owner* owner = nullptr;  // null where nobody is known
    std::string_view domain;       // empty where the network tells
  };
  // By the name it is told by (what DNS says where that contradicts a claim, which must not borrow
  // somebody else's good name), else by its AS number.
  Match match(const Destination& destination) const;
  // Sets app, operator and the operator's country where they are known.
  void name_owner(Destination& destination) const;

  const Owner* owner_of_network(uint32_t asn) const;

 private:
  Match by_name(std::string_view host) const;
  static void add(Owner& owner, const CatalogEntry& entry);

  std::unordered_map<std::string_view, Owner> by_domain_;  // whose text is the configuration's
  std::unordered_map<uint32_t, Owner> by_asn_;
};

// The source of the entry's domain: "v2fly/domain-list-community (MIT)"; empty where the entry has
// none.
std::string source_of(const CatalogEntry& entry, std::string_view domain);

}  // namespace telltale
