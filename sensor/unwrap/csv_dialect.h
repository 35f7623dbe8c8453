// How a table of separated values is written: which separator, and whether its first row names the
// columns.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace telltale {

// A cell as it stands in the text.
struct CsvCell {
  enum class End : uint8_t { separator, line, text };

  size_t begin = 0;  // of what is inside of the quotes, if any
  size_t size = 0;
  size_t next = 0;       // where the next cell starts
  bool escaped = false;  // holds doubled quotes
  bool closed = true;    // false: the closing quote is missing
  End end = End::text;
};

// Reads the cell that starts at `at` (RFC 4180; what stands between a closing quote and the
// separator is passed over). Without `quotes` a quote is an ordinary character.
CsvCell next_csv_cell(std::string_view text, size_t at, char separator, bool quotes = true);

struct CsvDialect {
  char separator = ',';
  bool has_header = false;
  size_t begin = 0;  // where the first row starts
};

// How the table in `text` is written, as far as its first rows tell; nothing when it is none.
// `announced`: the sender says that it is one, so that a header and a row are enough. `cut_off`:
// the end is missing.
std::optional<CsvDialect> recognise_csv(std::string_view text, bool announced, bool cut_off);

}  // namespace telltale
