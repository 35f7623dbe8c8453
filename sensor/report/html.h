// HTML put together from text that may be anybody's: whatever came from traffic goes through
// escaped().
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace telltale {

// As text of an element or a quoted attribute; control characters are left out.
std::string escaped(std::string_view text);

struct HtmlColumn {
  std::string_view title;
  std::string_view kind;  // class of its cells: "n" for numbers, "t" for times
};

// A table of cells that are HTML already.
class HtmlTable {
 public:
  explicit HtmlTable(std::vector<HtmlColumn> columns) : columns_(std::move(columns)) {}
  void add(const std::vector<std::string>& cells);
  size_t rows() const { return rows_; }
  std::string html() const;

 private:
  std::vector<HtmlColumn> columns_;
  std::string body_;
  size_t rows_ = 0;
};

// The first rows stand open, the others folded away behind `what`.
class FoldedTable {
 public:
  FoldedTable(std::vector<HtmlColumn> columns, size_t open, std::string_view what)
      : first_(columns), rest_(std::move(columns)), open_(open), what_(what) {}
  void add(const std::vector<std::string>& cells) {
    (first_.rows() < open_ ? first_ : rest_).add(cells);
  }
  bool empty() const { return first_.rows() + rest_.rows() == 0; }
  std::string html() const;

 private:
  HtmlTable first_;
  HtmlTable rest_;
  size_t open_;
  std::string_view what_;  // "findings"
};

}  // namespace telltale
