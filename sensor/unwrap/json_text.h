// Scanning of JSON's tokens: no fields here, only positions in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace telltale::json {

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The first character at or after `at` that is no white space; the text's size when there is none.
size_t after_space(std::string_view text, size_t at);
// The first `quote` or backslash at or after `at`; the text's size when there is none.
size_t find_quote_or_escape(std::string_view text, size_t at, char quote);
// Where the string ends whose first character stands at `at`: at its closing quote, or the text's
// size. `escaped` is set when there is a backslash in it.
size_t find_string_end(std::string_view text, size_t at, char quote, bool* escaped);
// Where a word or number ends that starts at `at`: at the first delimiter or white space.
size_t find_bare_end(std::string_view text, size_t at);
bool is_number(std::string_view word);
// Writes `raw` without its escapes to `out`, which has room for raw.size(); returns what was
// written. An escape cut off by the end is left out; a lone surrogate becomes U+FFFD.
size_t unescape(std::string_view raw, char* out);

}  // namespace telltale::json
