// Which legacy character set an undeclared text is in, told by the ranges its bytes fall in.
#pragma once

#include <string_view>

namespace telltale {

// A name as charset_name gives it; empty when nothing speaks clearly for one, as with bytes that
// are no text. `head` is the start of a text that is not valid UTF-8.
std::string_view guessed_charset(std::string_view head);

}  // namespace telltale
