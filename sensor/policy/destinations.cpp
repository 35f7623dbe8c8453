#include "sensor/policy/destinations.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 253;  // RFC 1035 section 2.3.4
constexpr size_t kLongestLabel = 63;
constexpr std::string_view kAppSeparator = " / ";

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || IpAddress::parse(name)) return false;
  size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '_') return false;
    if (++label > kLongestLabel) return false;
  }
  return label > 0;
}

}  // namespace

std::string clean_host_name(std::string_view host) {
  const size_t colon = host.find(':');
  if (colon != std::string_view::npos) host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!is_host_name(host)) return {};
  return ascii_lower(host);
}

DestinationResolver::DestinationResolver(const Config& config, const GeoDatabases& geo,
                                         const TrustPolicy& trust)
    : config_(config), geo_(geo), trust_(trust) {
  for (const CatalogEntry& entry : config.catalog) {
    for (const std::string& domain : entry.domains) list_app(domain, entry);
  }
}

// Several apps may share a domain: all are named, and the operator only where it is the same one.
void DestinationResolver::list_app(const std::string& domain, const CatalogEntry& entry) {
  const auto [place, is_new] =
      catalog_.try_emplace(domain, Owner{entry.app, entry.operator_name, entry.operator_country});
  if (is_new) return;
  Owner& owner = place->second;
  const std::string listed = std::string(kAppSeparator) + owner.app + std::string(kAppSeparator);
  const std::string wanted = std::string(kAppSeparator) + entry.app + std::string(kAppSeparator);
  if (listed.find(wanted) == std::string::npos) {
    owner.app += std::string(kAppSeparator) + entry.app;
  }
  if (owner.operator_name != entry.operator_name) owner.operator_name.clear();
  if (owner.operator_country != entry.operator_country) owner.operator_country.clear();
}

Destination DestinationResolver::resolve(const DestinationQuery& query, HostNames& names) {
  Destination destination;
  destination.ip = query.remote.address;
  const std::string dns_name(names.lookup(query.device, destination.ip, query.ts));
  destination.hostname = clean_host_name(query.claimed_host);
  if (!destination.hostname.empty()) {
    destination.hostname_source = query.claimed_source;
    destination.hostname_unverified =
        destination.hostname != dns_name &&
        names.check(query.device, destination.ip, destination.hostname, query.ts) ==
            NameClaim::contradicted;
  } else if (!dns_name.empty()) {
    destination.hostname = dns_name;
    destination.hostname_source = HostnameSource::dns;
  }
  // A contradicted claim must not borrow the good name of somebody else's operator.
  if (const Owner* owner =
          owner_of(destination.hostname_unverified ? dns_name : destination.hostname)) {
    destination.app = owner->app;
    destination.operator_name = owner->operator_name;
    destination.operator_country = owner->operator_country;
  }
  if (!geo_.empty()) {
    const GeoRecord& geo = geo_of(destination.ip);
    destination.country = geo.country;
    destination.asn = geo.asn;
    destination.as_org = geo.as_org;
  }
  TrustDecision decision = trust_.judge(destination, dns_name);
  destination.trust = decision.trust;
  destination.trust_reason = std::move(decision.reason);
  return destination;
}

const GeoRecord& DestinationResolver::geo_of(const IpAddress& address) {
  const auto found = by_address_.find(address);
  if (found != by_address_.end()) {
    cache_.splice(cache_.begin(), cache_, found->second);
    return cache_.front().record;
  }
  if (cache_.size() >= config_.limits().max_cached_destinations) {
    by_address_.erase(cache_.back().address);
    cache_.pop_back();
  }
  cache_.push_front({address, geo_.lookup(address)});
  by_address_[address] = cache_.begin();
  return cache_.front().record;
}

const DestinationResolver::Owner* DestinationResolver::owner_of(std::string_view host) const {
  while (!host.empty()) {
    const auto found = catalog_.find(host);
    if (found != catalog_.end()) return &found->second;
    const size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
  }
  return nullptr;
}

}  // namespace telltale
