#include "sensor/unwrap/percent_escapes.h"

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kUnicodeEscape = 6;  // %uXXXX

int hex_byte(std::string_view text, size_t at) {
  if (at + 2 > text.size()) return -1;
  const int high = hex_value(text[at]);
  const int low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

int unicode_escape(std::string_view text, size_t at) {
  if (at + kUnicodeEscape > text.size() || ascii_lower(text[at + 1]) != 'u') return -1;
  const int high = hex_byte(text, at + 2);
  const int low = hex_byte(text, at + 4);
  return high < 0 || low < 0 ? -1 : high << 8 | low;
}

// UTF-8 of a UTF-16 code unit; halves of pairs become three bytes each, which no reader takes for text.
char* put_code_unit(int code, char* out) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xc0 | code >> 6);
    *out++ = static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *out++ = static_cast<char>(0xe0 | code >> 12);
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (code & 0x3f));
  }
  return out;
}

bool is_partial_escape(std::string_view text, size_t at) {
  const std::string_view tail = text.substr(at + 1);
  if (tail.empty()) return true;
  if (ascii_lower(tail[0]) == 'u') return tail.size() < kUnicodeEscape - 1;
  return tail.size() == 1 && hex_value(tail[0]) >= 0;
}

}  // namespace

std::string_view percent_decoded(std::string_view text, PercentStyle style, Offer& offer) {
  const size_t first = text.find_first_of(style.plus_is_space ? "%+" : "%");
  if (first == std::string_view::npos || !offer.budget().take_bytes(text.size())) return text;
  char* const begin = offer.fields().arena().allocate(text.size());
  char* out = begin;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '+' && style.plus_is_space) {
      *out++ = ' ';
      ++at;
    } else if (c != '%') {
      *out++ = c;
      ++at;
    } else if (const int byte = hex_byte(text, at + 1); byte >= 0) {
      *out++ = static_cast<char>(byte);
      at += 3;
    } else if (const int code = unicode_escape(text, at); code >= 0) {
      out = put_code_unit(code, out);
      at += kUnicodeEscape;
    } else if (style.cut_off && is_partial_escape(text, at)) {
      break;
    } else {
      *out++ = c;
      ++at;
    }
  }
  return {begin, static_cast<size_t>(out - begin)};
}

bool all_percents_are_escapes(std::string_view text) {
  size_t at = text.find('%');
  for (; at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (hex_byte(text, at + 1) < 0 && unicode_escape(text, at) < 0) return is_partial_escape(text, at);
  }
  return true;
}

}  // namespace telltale
