// HostNames: which name a device asked for before it went to an address, learnt from the DNS
// answers it got.
//
// One a shard. Kept by (device, address), because two devices may reach the same address under
// different names. An answer holds for its TTL and at least an hour, as flows outlive TTLs; what is
// older is not told as a name any more but still backs a claim (see check). Bounded: the pair used
// longest ago goes first.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/limits.h"
#include "sensor/base/hash.h"
#include "sensor/base/hash_index.h"
#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"
#include "sensor/base/weird.h"

namespace telltale {

// One address of a DNS answer. `name` is the name that was asked for, not an alias on the way
// (CNAME).
struct DnsAnswer {
  IpAddress device;
  std::string_view name;
  IpAddress address;
  std::chrono::seconds ttl{0};
  Timestamp ts;
};

enum class NameClaim : uint8_t {
  backed,        // an answer gave this address for the name, or for another name of its registrable
                 // domain
  contradicted,  // answers the device received give the address other names only, or the name
                 // elsewhere
  unheard,       // no answer speaks of either
};

class HostNames {
 public:
  HostNames(const Limits& limits, WeirdCounts& weird);

  void learn(const DnsAnswer& answer);
  // The name `device` last asked for and got `address`; empty when there is none that still holds.
  // The view lives until the next call.
  std::string_view lookup(const IpAddress& device, const IpAddress& address, Timestamp ts);
  // Does what the device was told back that `host` (lower case) is at `address`?
  NameClaim check(const IpAddress& device, const IpAddress& address, std::string_view host,
                  Timestamp ts);
  size_t size() const { return pairs_.size(); }
  size_t resolved_size() const { return resolved_.size(); }

 private:
  struct Key {
    IpAddress device;
    IpAddress address;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Name {
    std::string text;
    Timestamp until;
  };
  // Pairs form a ring by when they were used; before the one used last stands the oldest.
  struct Pair {
    Key key;
    uint32_t older = 0;
    uint32_t newer = 0;
    std::vector<Name> names;  // the newest last
  };

  uint32_t hash(const Key& key) const;
  Pair* find(const Key& key);
  Pair& begin(const Key& key);
  void link(uint32_t number);
  void unlink(const Pair& pair);
  bool was_resolved(const IpAddress& device, std::string_view host, Timestamp ts) const;
  uint64_t resolved_key(const IpAddress& device, std::string_view host) const;
  uint32_t drop_oldest();

  const Limits& limits_;
  WeirdCounts& weird_;
  HashKey hash_key_ = random_hash_key();
  HashIndex index_;  // of pairs_
  std::vector<Pair> pairs_;
  uint32_t newest_ = 0;
  // (device, name), hashed -> until when its newest answer holds; as bounded as pairs_ are.
  std::unordered_map<uint64_t, Timestamp> resolved_;
};

}  // namespace telltale
