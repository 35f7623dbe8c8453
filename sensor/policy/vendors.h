// Who made a network interface, by its MAC address.
#pragma once

#include <string_view>

#include "sensor/base/ip_address.h"

namespace telltale {

// The organisation that IEEE assigned the address's block to (MA-L, MA-M or MA-S: the smallest
// block decides), as Debian's ieee-data had it at build time; static text. Empty for group
// addresses, for those a device made up itself (the locally administered bit, IEEE 802
// section 8.4), and where the block's owner is not told.
std::string_view vendor_of(const MacAddress& mac);

}  // namespace telltale
