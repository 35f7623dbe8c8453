#include "sensor/detect/text_scan.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestKey = 40;
constexpr size_t kLongestValue = 96;
constexpr size_t kLongestLine = 64;

constexpr uint64_t repeated(char c) { return 0x0101010101010101 * static_cast<uint8_t>(c); }

// Sets the high bit of each byte of `word` that is zero, perhaps of bytes above one (never below).
uint64_t zero_bytes(uint64_t word) {
  return (word - 0x0101010101010101) & ~word & 0x8080808080808080;
}

bool is_key_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || static_cast<uint8_t>(c) >= 0x80;
}
bool is_quote(char c) { return c == '"' || c == '\''; }
bool ends_value(char c) {
  switch (c) {
    case ' ': case '\t': case '\r': case '\n': case '\0': case ',': case ';': case '&': case '|':
    case '"': case '\'': case '<': case '>': case '{': case '}': case '(': case ')': case '[': case ']':
      return true;
    default:
      return false;
  }
}

}  // namespace

size_t find_separator(std::string_view text, size_t from) {
  size_t at = from;
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      uint64_t word;
      std::memcpy(&word, text.data() + at, 8);
      const uint64_t hit = zero_bytes(word ^ repeated('=')) | zero_bytes(word ^ repeated(':'));
      if (hit != 0) return at + static_cast<size_t>(std::countr_zero(hit)) / 8;
    }
  }
  while (at < text.size() && text[at] != '=' && text[at] != ':') ++at;
  return at;
}

bool TextScanner::next(KeyedText& found) {
  for (;;) {
    const size_t separator = find_separator(text_, at_);
    if (separator >= text_.size()) return false;
    at_ = separator + 1;
    if (read_key(separator, found) && read_value(separator, found)) return true;
  }
}

bool TextScanner::read_key(size_t separator, KeyedText& found) const {
  size_t end = separator;
  if (end > 0 && text_[end - 1] == ' ') --end;
  if (end > 0 && is_quote(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '\\') --end;  // JSON in a string
  size_t begin = end;
  while (begin > 0 && end - begin <= kLongestKey && is_key_char(text_[begin - 1])) --begin;
  if (end - begin < 2 || end - begin > kLongestKey) return false;
  if (!is_alpha(text_[begin]) && static_cast<uint8_t>(text_[begin]) < 0x80 && text_[begin] != '_') {
    return false;
  }
  found.key = text_.substr(begin, end - begin);
  return true;
}

bool TextScanner::read_value(size_t separator, KeyedText& found) const {
  size_t begin = separator + 1;
  while (begin < text_.size() && (text_[begin] == ' ' || text_[begin] == '=') &&
         begin < separator + 4) {
    ++begin;
  }
  if (begin < text_.size() && text_[begin] == '\\') ++begin;
  size_t end = begin;
  if (begin < text_.size() && is_quote(text_[begin])) {
    const char quote = text_[begin];
    end = ++begin;
    while (end < text_.size() && end - begin < kLongestValue && text_[end] != quote &&
           text_[end] != '\\' && text_[end] != '\n') {
      ++end;
    }
  } else {
    while (end < text_.size() && end - begin < kLongestValue && !ends_value(text_[end])) ++end;
  }
  if (end == begin || end - begin == kLongestValue) return false;
  if (truncated_ && end == text_.size()) return false;
  found.value = text_.substr(begin, end - begin);
  return true;
}

std::string_view TextScanner::rest_of_line(const KeyedText& found) const {
  const auto begin = static_cast<size_t>(found.value.data() - text_.data());
  std::string_view line = text_.substr(begin, kLongestLine);
  return line.substr(0, std::min(line.find_first_of("\r\n"), line.size()));
}

}  // namespace telltale
