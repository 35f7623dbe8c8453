// Bytes of hand-made packets.
#pragma once

#include <string>

namespace telltale::test {

inline std::string byte(size_t value) { return std::string(1, static_cast<char>(value)); }
inline std::string be16(size_t value) { return byte(value >> 8 & 255) + byte(value & 255); }
inline std::string be32(size_t value) { return be16(value >> 16) + be16(value & 0xffff); }
// A text with its length in two bytes before it.
inline std::string text16(const std::string& text) { return be16(text.size()) + text; }

}  // namespace telltale::test
