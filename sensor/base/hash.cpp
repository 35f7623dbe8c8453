#include "sensor/base/hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace telltale {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
};

uint64_t load_le64(const uint8_t* p) {
  uint64_t value = 0;
  std::memcpy(&value, p, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

// Of fewer than eight bytes.
uint64_t load_tail(const uint8_t* p, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | p[i];
  return value;
}

}  // namespace

uint64_t hash64(Bytes bytes, HashKey key) {
  SipState s{key.k0 ^ 0x736f6d6570736575, key.k1 ^ 0x646f72616e646f6d, key.k0 ^ 0x6c7967656e657261,
             key.k1 ^ 0x7465646279746573};
  const uint8_t* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    const uint64_t word = load_le64(p);
    s.v3 ^= word;
    s.round();
    s.v0 ^= word;
  }
  const uint64_t tail = load_tail(p, left) | uint64_t{bytes.size()} << 56;
  s.v3 ^= tail;
  s.round();
  s.v0 ^= tail;
  s.v2 ^= 0xff;
  s.round();
  s.round();
  s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

HashKey random_hash_key() {
  static const HashKey kKey = [] {
    std::random_device device;
    const auto word = [&] { return uint64_t{device()} << 32 | device(); };
    return HashKey{word(), word()};
  }();
  return kKey;
}

}  // namespace telltale
