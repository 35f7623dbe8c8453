// Hashes of addresses for tables, keyed, as whoever sends packets chooses addresses.
#pragma once

#include "sensor/base/hash.h"
#include "sensor/base/ip_address.h"

namespace telltale {

struct IpAddressHash {
  HashKey key = random_hash_key();
  size_t operator()(const IpAddress& address) const {
    return hash64(Bytes{address.bytes().data(), address.bytes().size()}, key);
  }
};

struct MacAddressHash {
  HashKey key = random_hash_key();
  size_t operator()(const MacAddress& mac) const {
    return hash64(Bytes{mac.bytes.data(), mac.bytes.size()}, key);
  }
};

}  // namespace telltale
