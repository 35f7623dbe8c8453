// A piece of a byte stream (or one datagram), in order.
#pragma once

#include "sensor/model/flow.h"

namespace telltale {

// `bytes` is a view that lives during the call. `gap` bytes are missing just before it; a gap is a number,
// never text. A chunk may be only a gap. For UDP each datagram is a chunk of its own.
struct Chunk {
  Direction direction = Direction::to_server;
  Timestamp ts;
  FrameRef frame;
  uint64_t offset = 0;  // of bytes[0] in the stream, gaps counted
  uint64_t gap = 0;
  Bytes bytes;
};

}  // namespace telltale
