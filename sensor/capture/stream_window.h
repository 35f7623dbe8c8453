// StreamWindow: a window that slides over a ByteStream.
//
// Bytes behind the window are forgotten, so views on it are valid only until the next ensure(). The
// buffer is at least twice as large as anything asked of it, so moving the rest to its front stays
// linear.
#pragma once

#include <memory>
#include <string>

#include "sensor/capture/byte_stream.h"
#include "sensor/capture/capture_notes.h"
#include "sensor/capture/window.h"

namespace telltale {

class StreamWindow : public Window {
 public:
  // Borrows `notes` for its limits and to count what is given up.
  StreamWindow(std::unique_ptr<ByteStream> stream, CaptureNotes& notes);

  uint64_t input_used() const override { return stream_->input_used(); }
  std::string failure() const override;

 protected:
  bool refill(size_t size) override;

 private:
  void make_room(size_t size);
  bool expands_too_much() const;

  std::unique_ptr<ByteStream> stream_;
  CaptureNotes& notes_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t capacity_;
  bool ended_ = false;
  bool bomb_ = false;  // expands beyond limits.max_capture_inflate_ratio
};

}  // namespace telltale
