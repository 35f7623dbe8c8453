// The head of an HTTP/2 frame (RFC 9113 section 4.1), and whether a client could have sent it.
#pragma once

#include "sensor/base/bytes.h"

namespace telltale {

struct Http2FrameHead {
  enum Type : uint8_t {
    kData,
    kHeaders,
    kPriority,
    kRstStream,
    kSettings,
    kPushPromise,
    kPing,
    kGoaway,
    kWindowUpdate,
    kContinuation
  };
  enum Flag : uint8_t { kEndStream = 1, kEndHeaders = 4, kPadded = 8, kHasPriority = 0x20 };
  static constexpr size_t kSize = 9;
  // What a client may send when the server did not allow more.
  static constexpr uint32_t kPlausibleSize = 16384;

  uint32_t size = 0;
  uint8_t type = 0;
  uint8_t flags = 0;
  uint32_t stream = 0;

  static Http2FrameHead read(Bytes nine) {
    ByteReader reader(nine);
    Http2FrameHead head;
    head.size = reader.be24();
    head.type = reader.u8();
    head.flags = reader.u8();
    head.stream = reader.be32();
    return head;
  }
  bool has(Flag flag) const { return (flags & flag) != 0; }
  bool carries_content() const {
    return type == kData || type == kHeaders || type == kContinuation;
  }
  // Bytes before the content: the size of the padding, the priority.
  size_t prefix_size() const {
    if (type != kData && type != kHeaders) return 0;
    return (has(kPadded) ? 1U : 0U) + (type == kHeaders && has(kHasPriority) ? 5U : 0U);
  }
  // Could a client have sent this, outside of a header block that goes on? (RFC 9113 section 6)
  bool is_plausible() const {
    const bool of_stream = (stream & 0x80000001) == 1;
    if (size > kPlausibleSize || size < prefix_size()) return false;
    switch (type) {
      case kData:
        return of_stream && (flags & ~0x09) == 0;
      case kHeaders:
        return of_stream && (flags & ~0x2d) == 0;
      case kPriority:
        return of_stream && size == 5 && flags == 0;
      case kRstStream:
        return of_stream && size == 4 && flags == 0;
      case kSettings:
        return stream == 0 && size % 6 == 0 && flags <= (size == 0 ? 1 : 0);
      case kPing:
        return stream == 0 && size == 8 && flags <= 1;
      case kGoaway:
        return stream == 0 && size >= 8 && flags == 0;
      case kWindowUpdate:
        return (stream == 0 || of_stream) && size == 4 && flags == 0;
      default:
        return false;
    }
  }
};

}  // namespace telltale
