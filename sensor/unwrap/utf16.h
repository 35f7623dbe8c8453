// Recognising UTF-16 and UTF-32 (Unicode 15 section 3.10) by byte order mark or by where the zero
// bytes are.
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale {

struct WideText {
  std::string_view charset;  // "utf-16le"; empty when the text is not wide
  size_t mark_size = 0;      // of the byte order mark
};

WideText recognise_wide_text(std::string_view text);
inline bool looks_like_utf16(std::string_view text) {
  return !recognise_wide_text(text).charset.empty();
}

}  // namespace telltale
