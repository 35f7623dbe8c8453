#include "sensor/unwrap/percent_escapes.h"

#include "sensor/base/encoding.h"
#include "sensor/unwrap/utf8.h"

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
      out = put_utf8(static_cast<uint32_t>(code), out);
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
    if (hex_byte(text, at + 1) < 0 && unicode_escape(text, at) < 0)
      return is_partial_escape(text, at);
  }
  return true;
}

}  // namespace telltale
