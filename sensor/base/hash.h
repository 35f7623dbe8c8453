// Hashing for tables and identifiers.
//
// hash64 is SipHash-1-3 (Aumasson and Bernstein, 2012): keyed, so that traffic cannot be made to collide in
// a table, and stable across machines, so that identifiers derived from it are reproducible.
#pragma once

#include <cstdint>

#include "sensor/base/bytes.h"

namespace telltale {

struct HashKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
};

uint64_t hash64(Bytes bytes, HashKey key = {});
inline uint64_t hash64(std::string_view text, HashKey key = {}) { return hash64(as_bytes(text), key); }

// A key from the system's random source, one a process: for tables only, never for anything printed.
HashKey random_hash_key();

}  // namespace telltale
