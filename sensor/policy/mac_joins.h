// MacJoins: which made-up MAC addresses are one device's.
//
// Phones and computers draw a new MAC for each network, and some draw another one every day or week
// (locally administered addresses, IEEE 802 section 8.4). Two of them are held to be one device
// when both ask DHCP for an address under the same name of its own with the same fingerprint
// (vendor class, and the parameters asked for in their order), and they are not in use side by
// side. That is inferred, not seen, and taken back when they turn out to speak at the same time.
//
// Lives where packets are decoded, as SharedMacs does, which tells it who speaks.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "config/limits.h"
#include "sensor/base/address_hash.h"
#include "sensor/base/time.h"
#include "sensor/model/device_note.h"

namespace telltale {

struct MacJoin {
  MacAddress mac;
  MacAddress known_as;  // the device's first MAC; zero: `mac` is a device of its own again

  friend bool operator==(const MacJoin&, const MacJoin&) = default;
};

class MacJoins {
 public:
  explicit MacJoins(const Limits& limits) : limits_(limits) {}

  // What a device said of itself. Appends what follows to `joins`.
  void hear(const DeviceNote& note, Timestamp ts, std::vector<MacJoin>& joins);
  // `mac` was in use; need not be told for every packet.
  void see(const MacAddress& mac, Timestamp ts, std::vector<MacJoin>& joins);

 private:
  struct Party {
    std::string owner;  // key of owners_
    Timestamp last;
    MacAddress known_as;
    unsigned beside = 0;  // how often it was in use while another one of the owner's was
  };
  struct Owner {
    MacAddress first;
    MacAddress current;
    std::vector<MacAddress> macs;
    Timestamp hour;         // since when switches are counted
    unsigned switches = 0;  // between MACs
    bool several = false;   // they are different devices of one name
  };

  void separate(Owner& owner, std::vector<MacJoin>& joins);

  const Limits& limits_;
  std::unordered_map<MacAddress, Party, MacAddressHash> parties_;
  std::unordered_map<std::string, Owner> owners_;
};

}  // namespace telltale
