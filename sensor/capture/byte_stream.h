// ByteStream: bytes that can only be read once, in order: a pipe, or what a decompressor makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace telltale {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Writes up to into.size() bytes and returns how many; 0 only at the end or after a failure.
  virtual size_t read(std::span<uint8_t> into) = 0;
  // Why the stream ended early; empty when it is sound.
  virtual std::string failure() const = 0;
  // Bytes of the underlying file that were used so far.
  virtual uint64_t input_used() const = 0;
};

}  // namespace telltale
