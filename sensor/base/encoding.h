// Text forms of bytes and small text helpers, ASCII only and locale-free.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sensor/base/bytes.h"

namespace telltale {

std::string to_hex(Bytes bytes);     // lower case
// Of either case. Nothing where there is no digit, one that is none, or one without its other half.
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(Bytes bytes);  // RFC 4648 section 4, padded
// RFC 4648 section 5, with or without padding; nothing where a character is none of it.
std::optional<std::string> from_base64url(std::string_view text);

inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
int hex_value(char c);  // 0..15, or -1
std::string ascii_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
std::string_view trim(std::string_view text);
bool is_valid_utf8(std::string_view text);
// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

}  // namespace telltale
