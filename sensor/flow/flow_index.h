// FlowIndex: from a flow's key to the number of its record.
//
// The hash is NH (Black et al., "UMAC", CRYPTO 1999) under a random key: whoever does not know the
// key finds two colliding keys with a chance of about 2^-32 a try, so traffic cannot be made to
// build long chains.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sensor/base/hash.h"
#include "sensor/base/hash_index.h"
#include "sensor/model/flow.h"

namespace telltale {

// Both ends and the VLAN, which stand in a key without padding; the protocol is the rest of it.
using KeyWords = std::array<uint64_t, 5>;
inline KeyWords words_of(const FlowKey& key) {
  static_assert(offsetof(FlowKey, high) == 18 && offsetof(FlowKey, vlan) == 36);
  static_assert(offsetof(FlowKey, ip_proto) == sizeof(KeyWords));
  KeyWords words;
  std::memcpy(words.data(), &key, sizeof words);
  return words;
}

// What == says, without a call for each member.
inline bool same(const FlowKey& a, const FlowKey& b) {
  const KeyWords x = words_of(a);
  const KeyWords y = words_of(b);
  uint64_t difference = a.ip_proto ^ b.ip_proto;
  for (size_t i = 0; i < x.size(); ++i) difference |= x[i] ^ y[i];
  return difference == 0;
}

// What FlowKey::of() says, without a call for each comparison: it is asked twice a packet.
inline FlowKey key_of(const Segment& segment, bool* from_low) {
  const auto words = [](const Endpoint& end) {
    const uint8_t* bytes = end.address.bytes().data();
    return std::array<uint64_t, 3>{load_be64(bytes), load_be64(bytes + 8), end.port};
  };
  const auto src = words(segment.src);
  const auto dst = words(segment.dst);
  *from_low = src <= dst;
  return *from_low ? FlowKey{segment.src, segment.dst, segment.vlan, segment.ip_proto}
                   : FlowKey{segment.dst, segment.src, segment.vlan, segment.ip_proto};
}

class FlowIndex : public HashIndex {
 public:
  explicit FlowIndex(HashKey key = random_hash_key());

  uint32_t hash(const FlowKey& key) const;

 private:
  std::array<uint64_t, 8> secrets_{};
};

}  // namespace telltale
