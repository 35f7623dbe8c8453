// Devices: who a home address is.
//
// A device is its MAC address where that is its own, else its IP address. A MAC that several home
// addresses share at the same time is a router's (or a repeater's): SharedMacs finds those in the
// one place that sees every packet and takes them off the segment, so that all shards agree
// whatever the number of workers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "sensor/base/hash.h"
#include "sensor/base/hash_index.h"
#include "sensor/base/weird.h"
#include "sensor/model/event.h"
#include "sensor/model/segment.h"

namespace telltale {

struct IpAddressHash {
  HashKey key = random_hash_key();
  size_t operator()(const IpAddress& address) const {
    return hash64(Bytes{address.bytes().data(), address.bytes().size()}, key);
  }
};

// Lives where packets are decoded, before they are given to shards.
class SharedMacs {
 public:
  explicit SharedMacs(const Config& config, WeirdCounts& weird);
  // Notes who uses which MAC and zeroes the MACs of `segment` that are not a single device's own:
  // those many home addresses share, and those that stand for addresses outside.
  void clean(Segment& segment);

 private:
  struct User {
    IpAddress address;
    Timestamp last;
  };
  struct Owner {
    MacAddress mac;
    bool shared = false;
    std::vector<User> users;  // at most one more than a device may have
  };

  // What was answered last, as packets come in bursts.
  struct Recent {
    MacAddress mac;
    IpAddress address;
    Timestamp until;
    bool own = false;
  };

  bool is_own(const MacAddress& mac, const IpAddress& address, Timestamp ts);
  uint32_t hash(const MacAddress& mac) const;
  Owner* find(const MacAddress& mac);
  Owner* owner_of(const MacAddress& mac);
  void note_use(Owner& owner, const IpAddress& address, Timestamp ts);
  void make_shared(Owner& owner);

  const Config& config_;
  WeirdCounts& weird_;
  HashKey hash_key_ = random_hash_key();
  HashIndex index_;  // of owners_
  std::vector<Owner> owners_;
  std::vector<Recent> recent_;
};

// One a shard.
class Devices {
 public:
  Devices(const Config& config, WeirdCounts& weird);

  // Notes that the home address was seen with `mac` (zero: unknown, or not its own). True when the
  // device behind the address is new or another one than before, so that it is worth telling.
  bool see(const IpAddress& address, const MacAddress& mac);
  // Who `address` is. `source` tells where the name comes from. A configured name stays.
  bool learn_name(const IpAddress& address, std::string_view name, std::string_view source);
  // Works for addresses never seen, too.
  Device of(const IpAddress& address) const;
  size_t size() const { return known_.size(); }

 private:
  struct Known {
    IpAddress address;
    MacAddress mac;
    std::string name;
    std::string name_source;
  };
  uint32_t hash(const IpAddress& address) const;
  const Known* find(const IpAddress& address) const;
  Known* find(const IpAddress& address) {
    return const_cast<Known*>(std::as_const(*this).find(address));
  }
  const DeviceConfig* configured(const IpAddress& address, const MacAddress& mac) const;

  const Config& config_;
  WeirdCounts& weird_;
  HashKey hash_key_ = random_hash_key();
  HashIndex index_;  // of known_
  std::vector<Known> known_;
};

}  // namespace telltale
