// DestinationResolver: from an address and what is known of its name to a Destination with its
// trust.
//
// One a shard. A name comes from what the device itself claims (Host, SNI) or else from the DNS
// answers it received; where those contradict the claim, the name is kept but earns no trust.
// Country and network come from GeoDatabases through a small cache, app and operator from the
// catalogue by longest domain.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/config.h"
#include "geoip/geo_lookup.h"
#include "sensor/model/event.h"
#include "sensor/model/segment.h"
#include "sensor/policy/catalogue_index.h"
#include "sensor/policy/devices.h"
#include "sensor/policy/host_names.h"
#include "sensor/policy/trust.h"

namespace telltale {

struct DestinationQuery {
  IpAddress device;
  Endpoint remote;
  std::string_view claimed_host;  // as sent; may carry a port. Empty when nothing was claimed.
  HostnameSource claimed_source = HostnameSource::none;
  Timestamp ts;
};

class DestinationResolver {
 public:
  // All must outlive it.
  DestinationResolver(const Config& config, const GeoDatabases& geo, const TrustPolicy& trust,
                      const CatalogueIndex& catalogue);

  Destination resolve(const DestinationQuery& query, HostNames& names);
  size_t cached() const { return cache_.size(); }  // addresses whose geography is kept

 private:
  struct CachedGeo {
    IpAddress address;
    GeoRecord record;
  };
  using Cache = std::list<CachedGeo>;  // the one used last stands first
  const GeoRecord& geo_of(const IpAddress& address);

  const Config& config_;
  const GeoDatabases& geo_;
  const TrustPolicy& trust_;
  const CatalogueIndex& catalogue_;
  uint64_t geo_generation_ = 0;  // of the databases that cache_ is from
  Cache cache_;
  std::unordered_map<IpAddress, Cache::iterator, IpAddressHash> by_address_;
};

// A host name as the resolver keeps it: lower case, no port, no final dot. Empty for an address and
// for what cannot be a host name (RFC 1123 section 2.1, underscores allowed).
std::string clean_host_name(std::string_view host);

}  // namespace telltale
