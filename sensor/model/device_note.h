// What a device said of itself: its names, and what tells systems apart.
#pragma once

#include <cstdint>
#include <string_view>

#include "sensor/base/bytes.h"
#include "sensor/base/ip_address.h"

namespace telltale {

// Where a name comes from: a host name may be something else than what people call the device.
enum class NameKind : uint8_t {
  product,  // what it is: "SM-A536B", "Sonos (ZPS9)"
  host,     // what it calls itself on the network: "annas-phone"
  given,    // what somebody called it: "Living Room TV"
};

// Views live during the call; empty, zero or unspecified where it did not say.
struct DeviceNote {
  std::string_view source;  // "dhcp", "mdns"; static
  NameKind kind = NameKind::host;
  std::string_view name;
  MacAddress mac;                 // that it says is its own; zero: the frame's
  IpAddress address;              // likewise; unspecified: the datagram's
  std::string_view vendor_class;  // DHCP option 60
  Bytes parameters;               // DHCP option 55, the order of which tells systems apart
};

}  // namespace telltale
