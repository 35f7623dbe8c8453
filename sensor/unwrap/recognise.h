// Is this something? What a guessed decoding (base64, hex, a cipher with a known key) must yield
// before it is believed: readable text, or the signs of a format that is unwrapped further.
#pragma once

#include <string_view>

namespace telltale {

// Valid UTF-8 without control characters, at least one letter or digit in it; the last character
// may be cut.
bool is_readable(std::string_view head);

// `head` is the start of the decoded value (`whole`: all of it).
bool is_recognisable(std::string_view head, bool whole);

}  // namespace telltale
