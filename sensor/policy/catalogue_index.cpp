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

}  // namespace

CatalogueIndex::CatalogueIndex(const Config& config) {
  const auto list_all = [&](bool own) {
    for (const CatalogEntry& entry : config.catalog) {
      if (entry.own != own) continue;
      for (const std::string& domain : entry.domains) list(domain, entry);
    }
  };
  list_all(true);
  list_all(false);
}

// Several entries may share a domain: all are named, and the operator only where it is the same
// one. What the user says of a domain stands alone.
void CatalogueIndex::list(const std::string& domain, const CatalogEntry& entry) {
  const auto [place, is_new] = owners_.try_emplace(domain);
  Owner& owner = place->second;
  if (is_new) {
    owner = {entry.app, entry.operator_name, entry.operator_country, {&entry}, entry.own};
    return;
  }
  if (owner.own && !entry.own) return;
  if (!names(owner, entry.app)) owner.app += std::string(kAppSeparator) + entry.app;
  if (owner.operator_name != entry.operator_name) owner.operator_name.clear();
  if (owner.operator_country != entry.operator_country) owner.operator_country.clear();
  owner.entries.push_back(&entry);
}

const CatalogueIndex::Owner* CatalogueIndex::owner_of(std::string_view host) const {
  std::string_view domain;
  return owner_of(host, &domain);
}

const CatalogueIndex::Owner* CatalogueIndex::owner_of(std::string_view host,
                                                      std::string_view* domain) const {
  while (!host.empty()) {
    const auto found = owners_.find(host);
    if (found != owners_.end()) {
      *domain = found->first;
      return &found->second;
    }
    const size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
  }
  return nullptr;
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
