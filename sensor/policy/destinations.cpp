#include "sensor/policy/destinations.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 253;  // RFC 1035 section 2.3.4
constexpr size_t kLongestLabel = 63;

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
                                         const TrustPolicy& trust, const CatalogueIndex& catalogue)
    : config_(config), geo_(geo), trust_(trust), catalogue_(catalogue) {}

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
    if (destination.hostname_unverified) destination.dns_name = dns_name;
  } else if (!dns_name.empty()) {
    destination.hostname = dns_name;
    destination.hostname_source = HostnameSource::dns;
  }
  if (!geo_.empty()) {
    const GeoRecord& geo = geo_of(destination.ip);
    destination.country = geo.country;
    destination.asn = geo.asn;
    destination.as_org = geo.as_org;
  }
  catalogue_.name_owner(destination);
  TrustDecision decision = trust_.judge(destination);
  destination.trust = decision.trust;
  destination.trust_reason = std::move(decision.reason);
  return destination;
}

const GeoRecord& DestinationResolver::geo_of(const IpAddress& address) {
  if (geo_.generation() != geo_generation_) {  // a database was replaced
    geo_generation_ = geo_.generation();
    by_address_.clear();
    cache_.clear();
  }
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

}  // namespace telltale
