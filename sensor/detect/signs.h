// Which of the signs that the scanners of free text go by occur in a text: found in one pass, so that most texts cost
// no other. Sixteen bytes at once with SSE2 or NEON, one at a time elsewhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace telltale {

using Signs = uint8_t;

namespace sign {
inline constexpr Signs kDigit = 1;   // 0-9
inline constexpr Signs kDot = 2;     // .
inline constexpr Signs kComma = 4;   // ,
inline constexpr Signs kEquals = 8;  // =
inline constexpr Signs kColon = 16;  // :
inline constexpr Signs kAll = 31;
}  // namespace sign

Signs signs_of(std::string_view text);
// The same, a byte at a time: what the fast one is tested against.
Signs signs_of_bytewise(std::string_view text);

}  // namespace telltale
