// Tunnels: what a datagram carries inside, found by port or protocol and believed only when it is
// plausible.
#pragma once

#include <cstdint>

#include "sensor/decode/slice.h"

namespace telltale {

enum class Layer : uint8_t { nothing, ethernet, ip, ppp, mpls, ieee80211 };

struct Inside {
  Layer layer = Layer::nothing;
  Slice data;
};

// What a UDP payload between these ports carries; nothing for ordinary UDP.
Inside inside_udp(uint16_t src_port, uint16_t dst_port, Slice payload);

// What an IP payload of this protocol carries: IP, GRE, Ethernet, MPLS. A GRE header that makes no
// sense sets `bad`.
Inside inside_ip(uint8_t protocol, Slice payload, bool& bad);

// Could these bytes be such a layer with an IP datagram in it? Looks at headers only, never at
// checksums. In plausible.cpp.
bool is_plausible(const Inside& inside);
bool is_plausible_ip(Slice data);
bool is_plausible_ethernet(Slice data);

}  // namespace telltale
