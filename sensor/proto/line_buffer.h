// Lines of a text protocol, from pieces in any cut.
#pragma once

#include "sensor/proto/stream_buffer.h"

namespace telltale {

class LineBuffer {
 public:
  // A longer line is given in pieces of `cap` bytes.
  explicit LineBuffer(size_t cap) : cap_(cap) {}

  void append(Bytes bytes, FrameRef frame) { buffer_.append(bytes, frame); }

  // The next line with its end, or a piece of a line that is too long; empty when none is complete.
  // Valid until the buffer changes.
  std::string_view next() {
    const std::string_view text = buffer_.text();
    const size_t newline = text.find('\n', searched_);
    if (newline < cap_) return text.substr(0, newline + 1);
    if (text.size() >= cap_) return text.substr(0, cap_);
    searched_ = text.size();
    return {};
  }
  // Drops the first bytes.
  void consume(size_t size) {
    buffer_.consume(size);
    searched_ = 0;
  }
  void clear() { consume(buffer_.size()); }

  std::string_view text() const { return buffer_.text(); }
  const StreamBuffer& bytes() const { return buffer_; }

 private:
  const size_t cap_;
  StreamBuffer buffer_;
  size_t searched_ = 0;  // no line ends before
};

// A line without its end.
inline std::string_view without_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// The first bytes of a stream that announced STARTTLS or the like: a TLS handshake record (RFC 8446
// section 5.1) begins, as the server agreed.
inline bool starts_tls(std::string_view bytes) { return !bytes.empty() && bytes[0] == 0x16; }

}  // namespace telltale
