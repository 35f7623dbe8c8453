// Devices: who a home address is.
//
// A device is its MAC address where that is its own, else its IP address. A MAC that several home
// addresses share at the same time is a router's (or a repeater's): SharedMacs finds those in the
// one place that sees every packet and takes them off the segment, so that all shards agree
// whatever the number of workers.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/config.h"
#include "sensor/base/address_hash.h"
#include "sensor/base/hash_index.h"
#include "sensor/base/weird.h"
#include "sensor/model/event.h"
#include "sensor/model/segment.h"
#include "sensor/policy/device_names.h"
#include "sensor/policy/mac_joins.h"

namespace telltale {

// Lives where packets are decoded, before they are given to shards.
class SharedMacs {
 public:
  explicit SharedMacs(const Config& config, WeirdCounts& weird);
  // Notes who uses which MAC and zeroes the MACs of `segment` that are not a single device's own:
  // those many home addresses share, and those that stand for addresses outside.
  void clean(Segment& segment);
  // What the sender of a segment says of itself.
  void hear(const DeviceNote& note, Timestamp ts) { joins_.hear(note, ts, found_joins_); }
  // What was concluded since the last call, in order.
  std::vector<MacJoin> take_joins() { return std::exchange(found_joins_, {}); }

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
  MacJoins joins_;
  std::vector<MacJoin> found_joins_;
};

// What was seen of a device itself, whatever the configuration calls it.
struct LearntDevice {
  MacAddress mac;              // zero: not known
  std::string_view host_name;  // valid until the next one is learnt; empty: not known
};

// Who sent a datagram.
struct Sender {
  IpAddress address;
  MacAddress mac;  // zero: not known, or not its own
};

// One a shard. Names that devices announce are heard by every shard, so that all of a device's
// addresses have them.
class Devices {
 public:
  Devices(const Config& config, WeirdCounts& weird);

  // Notes that the home address was seen with `mac` (zero: unknown, or not its own). True when the
  // device behind the address is new or another one than before, so that it is worth telling.
  bool see(const IpAddress& address, const MacAddress& mac);
  // What `sender` says of itself. A home address that was seen here and has a new name by it, which
  // is worth telling; a configured name stays.
  std::optional<IpAddress> learn(const DeviceNote& note, const Sender& sender);
  // From now on `mac` is known as another one, or itself again. Returns the address it was seen
  // with here, which is worth telling.
  std::optional<IpAddress> join(const MacJoin& join);
  // Works for addresses never seen, too.
  Device of(const IpAddress& address) const;
  bool has_name(const IpAddress& address) const;
  // Of the configuration; empty where it has none.
  std::string_view group_of(const IpAddress& address) const;
  LearntDevice learnt(const IpAddress& address) const;
  size_t size() const { return known_.size(); }

 private:
  struct Known {
    IpAddress address;
    MacAddress mac;
    std::string_view vendor;  // static
  };
  uint32_t hash(const IpAddress& address) const;
  const Known* find(const IpAddress& address) const;
  Known* find(const IpAddress& address) {
    return const_cast<Known*>(std::as_const(*this).find(address));
  }
  void set_mac(Known& known, const MacAddress& mac);
  // The MAC that the device of `mac` is known by: its first.
  MacAddress known_as(const MacAddress& mac) const;
  const DeviceConfig* configured(const IpAddress& address, const MacAddress& mac) const;
  bool has_configured_name(const Known& known) const;

  const Config& config_;
  WeirdCounts& weird_;
  HashKey hash_key_ = random_hash_key();
  HashIndex index_;  // of known_
  std::vector<Known> known_;
  std::unordered_map<MacAddress, IpAddress, MacAddressHash> last_address_;  // seen here with it
  std::unordered_map<MacAddress, MacAddress, MacAddressHash> known_as_;  // by MAC; only joined ones
  DeviceNames names_;
};

}  // namespace telltale
