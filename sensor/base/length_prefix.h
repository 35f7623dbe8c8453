// The usual ways to say on a bare connection how long the next message is.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "sensor/base/bytes.h"

namespace telltale {

struct LengthPrefix {
  size_t size = 0;    // bytes it takes
  size_t length = 0;  // of the message after it
};

using ReadLengthPrefix = std::optional<LengthPrefix> (*)(Bytes);

template <size_t kSize>
std::optional<LengthPrefix> big_endian_prefix(Bytes bytes) {
  if (bytes.size() < kSize) return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < kSize; ++i) length = length << 8 | bytes[i];
  return LengthPrefix{kSize, length};
}

template <size_t kSize>
std::optional<LengthPrefix> little_endian_prefix(Bytes bytes) {
  if (bytes.size() < kSize) return std::nullopt;
  size_t length = 0;
  for (size_t i = kSize; i-- > 0;) length = length << 8 | bytes[i];
  return LengthPrefix{kSize, length};
}

// Base 128, least significant group first, as protobuf's writeDelimitedTo() does; at most 4 bytes.
inline std::optional<LengthPrefix> varint_prefix(Bytes bytes) {
  constexpr size_t kMostBytes = 4;
  size_t length = 0;
  for (size_t i = 0; i < kMostBytes && i < bytes.size(); ++i) {
    length |= (size_t{bytes[i]} & 0x7F) << (7 * i);
    if ((bytes[i] & 0x80) == 0) return LengthPrefix{i + 1, length};
  }
  return std::nullopt;
}

// The longest first, as they are the least likely to fit by chance.
inline constexpr std::array<ReadLengthPrefix, 5> kLengthPrefixes = {
    big_endian_prefix<4>, little_endian_prefix<4>, big_endian_prefix<2>, little_endian_prefix<2>,
    varint_prefix};

}  // namespace telltale
