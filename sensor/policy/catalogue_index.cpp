#include "sensor/policy/catalogue_index.h"

#include <algorithm>

#include <fmt/format.h>

namespace telltale {
namespace {

constexpr std::string_view kAppSeparator = " / ";

bool names(const CatalogueIndex::Owner& owner, const std::string& app) {
  return std::any_of(owner.entries.begin(), owner.entries.end(),
                     [&](const CatalogEntry* entry) { return entry->app == app; });
}

std::shared_ptr<const Suspicion> suspicion_of(const CatalogueIndex::Owner& owner) {
  Suspicion all;
  all.app = owner.app;
  for (const CatalogEntry* entry : owner.entries) {
    all.types.insert(all.types.end(), entry->collects.begin(), entry->collects.end());
    if (entry->collects.empty() || all.source.find(entry->collects_source) != std::string::npos)
      continue;
    all.source += (all.source.empty() ? "" : "; ") + entry->collects_source;
  }
  if (all.types.empty()) return nullptr;
  std::sort(all.types.begin(), all.types.end());
  all.types.erase(std::unique(all.types.begin(), all.types.end()), all.types.end());
  return std::make_shared<const Suspicion>(std::move(all));
}

}  // namespace

CatalogueIndex::CatalogueIndex(const Config& config) {
  const auto list_all = [&](bool own) {
    for (const CatalogEntry& entry : config.catalog) {
      if (entry.own != own) continue;
      for (const std::string& domain : entry.domains) add(by_domain_[domain], entry);
      for (const uint32_t asn : entry.asns) add(by_asn_[asn], entry);
    }
  };
  list_all(true);
  list_all(false);
  for (auto& [domain, owner] : by_domain_) owner.suspicion = suspicion_of(owner);
}

// Several entries may share a domain: all are named, and the operator only where it is the same
// one. What the user says of a domain stands alone.
void CatalogueIndex::add(Owner& owner, const CatalogEntry& entry) {
  if (owner.entries.empty()) {
    owner = {entry.app, entry.operator_name, entry.operator_country, {&entry}, nullptr, entry.own};
    return;
  }
  if (owner.own && !entry.own) return;
  if (!names(owner, entry.app)) owner.app += std::string(kAppSeparator) + entry.app;
  if (owner.operator_name != entry.operator_name) owner.operator_name.clear();
  if (owner.operator_country != entry.operator_country) owner.operator_country.clear();
  owner.entries.push_back(&entry);
}

CatalogueIndex::Match CatalogueIndex::by_name(std::string_view host) const {
  while (!host.empty()) {
    const auto found = by_domain_.find(host);
    if (found != by_domain_.end()) return {&found->second, found->first};
    const size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
  }
  return {};
}

const CatalogueIndex::Owner* CatalogueIndex::owner_of_network(uint32_t asn) const {
  const auto found = by_asn_.find(asn);
  return found == by_asn_.end() ? nullptr : &found->second;
}

CatalogueIndex::Match CatalogueIndex::match(const Destination& destination) const {
  const Match named =
      by_name(destination.hostname_unverified ? destination.dns_name : destination.hostname);
  return named.owner != nullptr ? named : Match{owner_of_network(destination.asn), {}};
}

void CatalogueIndex::name_owner(Destination& destination) const {
  const Match found = match(destination);
  if (found.owner == nullptr) return;
  // A network tells who runs a server, not which app it serves.
  if (!found.domain.empty()) destination.app = found.owner->app;
  destination.operator_name = found.owner->operator_name;
  destination.operator_country = found.owner->operator_country;
}

std::string source_of(const CatalogEntry& entry, std::string_view domain) {
  const auto at = std::find(entry.domains.begin(), entry.domains.end(), domain);
  auto index = static_cast<size_t>(at - entry.domains.begin());
  for (const CatalogSource& source : entry.sources) {
    if (index < source.domains) return fmt::format("{} ({})", source.name, source.licence);
    index -= source.domains;
  }
  return {};
}

}  // namespace telltale
