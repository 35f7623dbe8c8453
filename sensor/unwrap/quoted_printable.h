// quoted-printable (RFC 2045 section 6.7) and its variant in header words (RFC 2047 section 4.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale {

enum class QuotedPrintable : unsigned char {
  body,
  header_word
};  // in a header word '_' is a space

// Writes the decoding to `out`, which has room for text.size() bytes; returns its size. What is no
// escape stays as it is; an escape that is cut off is left out.
size_t decode_quoted_printable(std::string_view text, QuotedPrintable variant, char* out);

}  // namespace telltale
