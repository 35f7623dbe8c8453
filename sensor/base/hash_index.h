// HashIndex: from the hash of a key to the number of a record that stands elsewhere, in a vector or
// a pool.
//
// Open addressing with linear probing over slots of 8 bytes: half of the key's hash, and the
// record's number. A look-up touches one cache line here and one of the record, where a table of
// nodes would touch four. Whether a record is the right one is for the caller to compare, by its
// whole key. Hash with a secret, so that traffic cannot be made to build long chains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sensor/base/hash.h"

namespace telltale {

// For keys of two words: a product under a secret key, folded (the round of wyhash). Many times
// faster than hash64; whoever does not know the key finds two that collide with a chance of about
// 2^-32 a try.
inline uint32_t table_hash(uint64_t a, uint64_t b, HashKey key) {
  __extension__ using Uint128 = unsigned __int128;
  const auto fold = [](uint64_t x, uint64_t y) {
    const Uint128 product = static_cast<Uint128>(x) * y;
    return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
  };
  return static_cast<uint32_t>(fold(fold(a ^ key.k0, b ^ key.k1) ^ key.k0, key.k1 | 1));
}

class HashIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  HashIndex() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

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

  // A find() of this hash will come soon.
  void prefetch(uint32_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }
  // The record that find() will most likely ask about first, or kNone.
  uint32_t likely(uint32_t hash) const {
    const Slot& slot = slots_[hash & mask_];
    return slot.hash == hash ? slot.record : kNone;
  }

 private:
  static constexpr size_t kFirstSlots = 1024;

  struct Slot {
    uint32_t hash = 0;
    uint32_t record = kNone;
  };

  void put(Slot slot);
  void grow();

  std::vector<Slot> slots_;
  size_t mask_;
  size_t size_ = 0;
};

}  // namespace telltale
