// Which kinds of bytes occur in a value: found in one pass and shared by all unwrappers, so that
// most of them can be left out without looking at the value again.
#pragma once

#include <cstdint>
#include <string_view>

namespace telltale {

using ByteClasses = uint32_t;

namespace byte_class {
inline constexpr ByteClasses kDigit = 1U << 0;
inline constexpr ByteClasses kHexLower = 1U << 1;  // a-f
inline constexpr ByteClasses kHexUpper = 1U << 2;  // A-F
inline constexpr ByteClasses kLower = 1U << 3;     // g-z
inline constexpr ByteClasses kUpper = 1U << 4;     // G-Z
inline constexpr ByteClasses kPlus = 1U << 5;
inline constexpr ByteClasses kSlash = 1U << 6;
inline constexpr ByteClasses kMinus = 1U << 7;
inline constexpr ByteClasses kUnderscore = 1U << 8;
inline constexpr ByteClasses kEquals = 1U << 9;
inline constexpr ByteClasses kAmpersand = 1U << 10;
inline constexpr ByteClasses kPercent = 1U << 11;
inline constexpr ByteClasses kSemicolon = 1U << 12;
inline constexpr ByteClasses kComma = 1U << 13;
inline constexpr ByteClasses kTab = 1U << 14;
inline constexpr ByteClasses kPipe = 1U << 15;
inline constexpr ByteClasses kNewline = 1U << 16;  // CR and LF
inline constexpr ByteClasses kSpace = 1U << 17;
inline constexpr ByteClasses kDot = 1U << 18;
inline constexpr ByteClasses kColon = 1U << 19;
inline constexpr ByteClasses kQuote = 1U << 20;  // " and '
inline constexpr ByteClasses kOpen = 1U << 21;   // { and [
inline constexpr ByteClasses kLess = 1U << 22;
inline constexpr ByteClasses kQuestion = 1U << 23;
inline constexpr ByteClasses kOther = 1U << 24;    // other printable ASCII
inline constexpr ByteClasses kControl = 1U << 25;  // 01-1f but tab, CR, LF; and 7f
inline constexpr ByteClasses kNul = 1U << 26;
inline constexpr ByteClasses kHigh = 1U << 27;  // 80-ff

inline constexpr ByteClasses kBinary = kControl | kNul | kHigh;
inline constexpr ByteClasses kAlnum = kDigit | kHexLower | kHexUpper | kLower | kUpper;
inline constexpr int kCount = 28;
}  // namespace byte_class

ByteClasses classes_of(std::string_view value);

}  // namespace telltale
