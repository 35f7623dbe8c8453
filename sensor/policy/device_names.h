// DeviceNames: what devices call themselves, by MAC address where that is their own, else by IP
// address. Of several names the one that says most to a person stays, whoever speaks last.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "config/limits.h"
#include "sensor/base/address_hash.h"
#include "sensor/base/weird.h"
#include "sensor/model/device_note.h"

namespace telltale {

struct DeviceName {
  std::string name;
  std::string_view source;  // static
  int worth = 0;            // see worth_of()
  // What it calls itself as a host, which its traffic may repeat; of the best source for that.
  std::string host_name;
  int host_worth = 0;
};

// How much a note's name says to a person: what somebody gave it, then host names, by how
// deliberately they are told, then what kind of thing it is. A number in place of a name is worth
// less than any of these.
int worth_of(const DeviceNote& note);

class DeviceNames {
 public:
  DeviceNames(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}

  // True where the name that is told changed.
  bool learn(const MacAddress& mac, const DeviceNote& note);
  bool learn(const IpAddress& address, const DeviceNote& note);
  // The better one of the MAC's (zero: not known) and the address's. Null where there is none.
  const DeviceName* find(const MacAddress& mac, const IpAddress& address) const;

 private:
  // Null where the table is full.
  template <typename Table>
  DeviceName* entry(Table& table, const typename Table::key_type& key);

  const Limits& limits_;
  WeirdCounts& weird_;
  std::unordered_map<MacAddress, DeviceName, MacAddressHash> by_mac_;
  std::unordered_map<IpAddress, DeviceName, IpAddressHash> by_address_;
};

}  // namespace telltale
