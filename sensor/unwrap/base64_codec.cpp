#include "sensor/unwrap/base64_codec.h"

namespace telltale {

size_t Base64Alphabet::decode(std::string_view text, char* out) const {
  const char* const begin = out;
  uint32_t group = 0;
  int have = 0;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const uint8_t value = values_[static_cast<uint8_t>(text[at])];
    if (value == kSkipped) continue;
    if (value == kPadding) break;
    if (value == kInvalid) return kNotBase64;
    group = group << 6 | value;
    if (++have < 4) continue;
    *out++ = static_cast<char>(group >> 16);
    *out++ = static_cast<char>(group >> 8);
    *out++ = static_cast<char>(group);
    group = 0;
    have = 0;
  }
  for (; at < text.size(); ++at) {
    const uint8_t value = values_[static_cast<uint8_t>(text[at])];
    if (value != kPadding && value != kSkipped) return kNotBase64;
  }
  if (have >= 2) *out++ = static_cast<char>(group >> (have == 2 ? 4 : 10));
  if (have == 3) *out++ = static_cast<char>(group >> 2);
  return static_cast<size_t>(out - begin);
}

}  // namespace telltale
