// Text for people: tables, sizes, and strings from traffic made harmless for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace telltale {

// `text` as valid UTF-8 without control characters (they could move the cursor or hide what was printed),
// cut to `max_width` columns.
std::string printable(std::string_view text, size_t max_width = 60);

// Columns as wide as their widest cell, two spaces between them.
class Table {
 public:
  explicit Table(std::vector<std::string> header);
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.size() == 1; }
  std::string text(std::string_view indent) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace telltale
