// The bytes of a layer: what was captured of it, and how much of it there was on the wire.
#pragma once

#include <algorithm>
#include <cstddef>

#include "sensor/base/bytes.h"

namespace telltale {

struct Slice {
  Bytes bytes;
  size_t wire_size = 0;  // at least bytes.size(); more when the capture was snapped

  bool has(size_t size) const { return bytes.size() >= size; }
  const uint8_t* data() const { return bytes.data(); }
  size_t size() const { return bytes.size(); }

  // What follows the first `size` bytes; nothing when there are not that many.
  Slice after(size_t size) const {
    return {bytes.subspan(std::min(size, bytes.size())), wire_size - std::min(size, wire_size)};
  }
  // The first `size` bytes, as a header says that there are: more than the frame holds is believed,
  // as captures exist that were cut without saying so.
  Slice claim(size_t size) const { return {bytes.first(std::min(size, bytes.size())), size}; }
  // At most `size` bytes: padding and trailers go.
  Slice trim(size_t size) const { return size < wire_size ? claim(size) : *this; }
};

}  // namespace telltale
