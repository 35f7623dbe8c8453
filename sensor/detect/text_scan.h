// Finds `key=value`, `key: value` and `"key":"value"` in free text: log lines, user agents, broken JSON,
// trackers' own formats. One pass that stops only at '=' and ':'.
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale {

struct KeyedText {
  std::string_view key;    // letters, digits, '_', '-', '.', and other scripts; begins with a letter
  std::string_view value;  // not empty; without quotes
};

class TextScanner {
 public:
  // Of a text that is truncated, a value that runs to its end is not told.
  TextScanner(std::string_view text, bool truncated) : text_(text), truncated_(truncated) {}
  bool next(KeyedText& found);
  // From the beginning of the value to the end of its line, at most 64 bytes.
  std::string_view rest_of_line(const KeyedText& found) const;

 private:
  bool read_key(size_t separator, KeyedText& found) const;
  bool read_value(size_t separator, KeyedText& found) const;

  std::string_view text_;
  bool truncated_;
  size_t at_ = 0;
};

}  // namespace telltale
