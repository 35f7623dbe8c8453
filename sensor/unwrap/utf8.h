// UTF-8 (RFC 3629): writing it, and telling it from other encodings.
#pragma once

#include <cstdint>
#include <string_view>

#include "sensor/base/encoding.h"

namespace telltale {

// Writes `code` (at most 0x10ffff) to `out`, which has room for 4 bytes; returns where it ended.
inline char* put_utf8(uint32_t code, char* out) {
  const auto put = [&out](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return out;
}

// Is `text` valid, but for a last character that goes on behind its end?
inline bool is_utf8_prefix(std::string_view text) {
  for (size_t back = 1; back < 4 && back <= text.size(); ++back) {
    const auto byte = static_cast<uint8_t>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size_t size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (size > back) text.remove_suffix(back);
    break;
  }
  return is_valid_utf8(text);
}

}  // namespace telltale
