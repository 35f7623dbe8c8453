// Scanning of JSON's tokens: no fields here, only positions in the text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sensor/base/find_byte.h"

namespace telltale::json {

// What a character can be in a word without quotes.
namespace word_char {
inline constexpr uint8_t kEnds = 1;       // it ends the word
inline constexpr uint8_t kDigit = 2;
inline constexpr uint8_t kNumberSign = 4;  // what stands in a number beside digits
inline constexpr uint8_t kOther = 8;
}  // namespace word_char

inline constexpr std::array<uint8_t, 256> kWordChars = [] {
  std::array<uint8_t, 256> table{};
  table.fill(word_char::kOther);
  for (size_t c = 0; c <= ' '; ++c) table[c] = word_char::kEnds;
  for (const char c : {',', '}', ']', '{', '[', '"', '\'', ':'}) table[static_cast<uint8_t>(c)] = word_char::kEnds;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<uint8_t>(c)] = word_char::kDigit;
  for (const char c : {'-', '+', '.', 'e', 'E'}) table[static_cast<uint8_t>(c)] = word_char::kNumberSign;
  return table;
}();

struct Word {
  size_t end = 0;
  bool is_number = false;
};

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The first character at or after `at` that is no white space; the text's size when there is none.
inline size_t after_space(std::string_view text, size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Where the string ends whose first character stands at `at`: at its closing quote, or the text's
// size. `escaped` is set when there is a backslash in it.
inline size_t find_string_end(std::string_view text, size_t at, char quote, bool* escaped) {
  while (true) {
    at = find_either(text, at, quote, '\\');
    if (at >= text.size() || text[at] == quote) return at;
    *escaped = true;
    if (at + 2 > text.size()) return text.size();
    at += 2;
  }
}

// The word or number that starts at `at` and ends at the first delimiter or white space.
inline Word read_word(std::string_view text, size_t at) {
  const size_t begin = at;
  uint8_t seen = 0;
  for (; at < text.size(); ++at) {
    const uint8_t kind = kWordChars[static_cast<uint8_t>(text[at])];
    if (kind == word_char::kEnds) break;
    seen |= kind;
  }
  const bool is_number = (seen & word_char::kOther) == 0 && (seen & word_char::kDigit) != 0 &&
                         (text[begin] | 0x20) != 'e';
  return {at, is_number};
}

// Writes `raw` without its escapes to `out`, which has room for raw.size(); returns what was
// written. An escape cut off by the end is left out; a lone surrogate becomes U+FFFD.
size_t unescape(std::string_view raw, char* out);

}  // namespace telltale::json
