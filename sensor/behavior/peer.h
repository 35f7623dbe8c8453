// Peer: a device and whom it talks to, the key of what monitors remember; and how evidence is
// written.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "sensor/base/hash.h"
#include "sensor/base/ip_address.h"

namespace telltale {

struct Peer {
  IpAddress device;
  std::string remote;  // a host name, registrable domain or address, perhaps with a port
  friend bool operator==(const Peer&, const Peer&) = default;
};

struct PeerHash {
  HashKey key = random_hash_key();
  size_t operator()(const Peer& peer) const {
    const Bytes device(peer.device.bytes().data(), 16);
    return static_cast<size_t>(hash64(device, key) * 31 + hash64(peer.remote, key));
  }
};

// A figure with two decimals, as evidence carries it.
inline std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace telltale
