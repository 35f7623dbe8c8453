// Window: the one way record readers look at a capture's bytes, whether mapped, streamed or in
// memory.
//
// ensure(n) makes the next n bytes contiguous at data(). In the usual case that is one comparison;
// only when the window's end is reached does refill() run, which slides a stream's buffer or moves
// on in a mapped file. A new kind of input derives from Window and sets at_ and end_.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sensor/base/bytes.h"

namespace telltale {

class Window {
 public:
  virtual ~Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Are the next `size` bytes there? When not, left() counts all that is left of the input. May
  // move what data() points to, except in a window whose owner promised otherwise.
  bool ensure(size_t size) { return size <= left() || refill(size); }
  const uint8_t* data() const { return at_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  // REQUIRES: size <= left()
  void advance(size_t size) { at_ += size; }
  uint64_t offset() const { return base_offset_ + static_cast<uint64_t>(at_ - base_); }

  // Bytes of the file itself that were used so far; before decompression.
  virtual uint64_t input_used() const { return offset(); }
  // Readers call this where the bytes make no sense: is the input still what it was? May end it
  // early.
  virtual void recheck() {}
  // Why the input ended early or cannot be trusted; empty when it is sound.
  virtual std::string failure() const { return {}; }
  // Nothing more will be read. Bytes of a mapped file stay valid as long as the window lives.
  virtual void finish() {}

 protected:
  Window() = default;
  virtual bool refill(size_t size) = 0;

  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  const uint8_t* base_ = nullptr;  // where base_offset_ is
  uint64_t base_offset_ = 0;
};

// Bytes in memory, for tests and fuzzing. Borrows them.
class MemoryWindow : public Window {
 public:
  explicit MemoryWindow(Bytes bytes) {
    at_ = base_ = bytes.data();
    end_ = at_ + bytes.size();
  }

 protected:
  bool refill(size_t) override { return false; }
};

}  // namespace telltale
