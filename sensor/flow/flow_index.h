// FlowIndex: from a flow's key to the number of its record.
//
// Open addressing with linear probing over slots of 8 bytes: half of the key's hash, and the
// record's number. The hash is NH (Black et al., "UMAC", CRYPTO 1999) under a random key: whoever
// does not know the key finds two colliding keys with a chance of about 2^-32 a try, so traffic
// cannot be made to build long chains. Whether a record is the right one is for the caller to
// compare, by its whole key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sensor/base/hash.h"
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

class FlowIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  explicit FlowIndex(HashKey key = random_hash_key());

  uint32_t hash(const FlowKey& key) const;
  // The record under `hash` for which is_it(record) holds, or kNone.
  template <typename IsIt>
  uint32_t find(uint32_t hash, IsIt is_it) const {
    for (size_t at = hash & mask_; slots_[at].record != kNone; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash && is_it(slots_[at].record)) return slots_[at].record;
    }
    return kNone;
  }
  void insert(uint32_t hash, uint32_t record);
  // REQUIRES: that record was inserted under that hash.
  void erase(uint32_t hash, uint32_t record);
  size_t size() const { return size_; }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t record = kNone;
  };

  void put(Slot slot);
  void grow();

  std::array<uint64_t, 8> secrets_{};
  std::vector<Slot> slots_;
  size_t mask_;
  size_t size_ = 0;
};

}  // namespace telltale
