#include "sensor/detect/text_scan.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/find_byte.h"

namespace telltale {
namespace {

constexpr size_t kLongestKey = 40;
constexpr size_t kLongestValue = 96;
constexpr size_t kLongestLine = 64;

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

bool TextScanner::next(KeyedText& found) {
  for (;;) {
    const size_t separator = find_either(text_, at_, '=', ':');
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
  return line.substr(0, find_either(line, 0, '\r', '\n'));
}

}  // namespace telltale
