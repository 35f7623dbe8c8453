// Character sets to UTF-8, through iconv. charset.cpp is its only user.
#pragma once

#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// The name a character set has in `encodings` ("gbk"), from any of its usual spellings; empty when
// it is unknown or is UTF-8 or ASCII, which need no conversion.
std::string_view charset_name(std::string_view declared);

struct Conversion {
  std::string_view text;  // in the arena; empty when nothing could be converted
  bool complete = true;   // false: the last character is cut off, or a cap ended it
  size_t damaged = 0;     // bytes that are no characters and became U+FFFD
};
// `text` in UTF-8. `charset` is a name charset_name gave.
Conversion to_utf8(std::string_view charset, std::string_view text, Offer& offer);

}  // namespace telltale
