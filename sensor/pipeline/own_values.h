// OwnValues: for each device of a shard the index of what it must not tell about itself, its MAC
// address and its host name as they were learnt from the wire. Made when a device sends something
// that is read, and kept for those that did so lately.
#pragma once

#include <memory>
#include <string>

#include "sensor/base/recent_map.h"
#include "sensor/detect/known_values.h"
#include "sensor/policy/devices.h"

namespace telltale {

class OwnValues {
 public:
  // Both must outlive it.
  OwnValues(const KnownValues& known, const Devices& devices) : known_(known), devices_(devices) {}

  // Null where nothing is known of the device. Valid until the next call.
  const KnownIndex* of(const IpAddress& address) {
    const LearntDevice learnt = devices_.learnt(address);
    if (learnt.mac.is_zero() && learnt.host_name.empty()) return nullptr;
    bool evicted = false;
    Entry& entry = entries_.at(address, &evicted);
    if (!entry.is_made || entry.mac != learnt.mac || entry.host_name != learnt.host_name) {
      entry = {true, learnt.mac, std::string(learnt.host_name),
               known_.own_index(learnt.mac, learnt.host_name)};
    }
    return entry.index.get();
  }

 private:
  static constexpr size_t kMostKept = 512;  // 2 KiB each; another one is merely made again
  struct Entry {
    bool is_made = false;
    MacAddress mac;
    std::string host_name;
    std::unique_ptr<const KnownIndex> index;
  };

  const KnownValues& known_;
  const Devices& devices_;
  RecentMap<IpAddress, Entry, IpAddressHash> entries_{kMostKept};
};

}  // namespace telltale
