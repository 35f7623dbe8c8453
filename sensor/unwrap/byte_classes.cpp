#include "sensor/unwrap/byte_classes.h"

#include <array>

namespace telltale {
namespace {

using namespace byte_class;  // NOLINT(google-build-using-namespace): the table below is nothing but
                             // them

constexpr ByteClasses class_of_letter(int byte) {
  if (byte >= 'a' && byte <= 'f') return kHexLower;
  if (byte >= 'A' && byte <= 'F') return kHexUpper;
  if (byte >= 'g' && byte <= 'z') return kLower;
  if (byte >= 'G' && byte <= 'Z') return kUpper;
  return kOther;
}

constexpr ByteClasses class_of_byte(int byte) {
  if (byte >= 0x80) return kHigh;
  if (byte >= '0' && byte <= '9') return kDigit;
  switch (byte) {
    case 0:
      return kNul;
    case '\t':
      return kTab;
    case '\r':
    case '\n':
      return kNewline;
    case ' ':
      return kSpace;
    case '+':
      return kPlus;
    case '/':
      return kSlash;
    case '-':
      return kMinus;
    case '_':
      return kUnderscore;
    case '=':
      return kEquals;
    case '&':
      return kAmpersand;
    case '%':
      return kPercent;
    case ';':
      return kSemicolon;
    case ',':
      return kComma;
    case '|':
      return kPipe;
    case '.':
      return kDot;
    case ':':
      return kColon;
    case '"':
    case '\'':
      return kQuote;
    case '{':
    case '[':
      return kOpen;
    case '<':
      return kLess;
    case '?':
      return kQuestion;
    default:
      break;
  }
  return byte < 0x20 || byte == 0x7f ? kControl : class_of_letter(byte);
}

constexpr std::array<ByteClasses, 256> kClassOf = [] {
  std::array<ByteClasses, 256> table{};
  for (int byte = 0; byte < 256; ++byte) table[static_cast<size_t>(byte)] = class_of_byte(byte);
  return table;
}();

}  // namespace

ByteClasses classes_of(std::string_view value) {
  ByteClasses even = 0;
  ByteClasses odd = 0;
  size_t at = 0;
  for (; at + 4 <= value.size(); at += 4) {
    even |=
        kClassOf[static_cast<uint8_t>(value[at])] | kClassOf[static_cast<uint8_t>(value[at + 1])];
    odd |= kClassOf[static_cast<uint8_t>(value[at + 2])] |
           kClassOf[static_cast<uint8_t>(value[at + 3])];
  }
  for (; at < value.size(); ++at) even |= kClassOf[static_cast<uint8_t>(value[at])];
  return even | odd;
}

}  // namespace telltale
