// Recognises tables by their first rows: every separator is tried, and the one that gives most
// columns wins.
//
// Unannounced tables must show that they are no prose, log or program: rows of one length, and a
// column whose cells are all numbers, dates, addresses or hexadecimal. Without a header three such
// rows are needed, and cells must not bring labels of their own ("lat:12.97"), which would be lost
// on the columns.
#include "sensor/unwrap/csv_dialect.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kSeparators = "\t,;|";
constexpr size_t kSampleBytes = 8192;
constexpr size_t kSampleRows = 8;
constexpr size_t kMaxSampleColumns = 256;
constexpr size_t kLongestName = 64;
constexpr size_t kShortestHex = 8;
constexpr size_t kNone = std::string_view::npos;

using Row = std::vector<std::string_view>;

struct Sample {
  std::vector<Row> rows;
  bool last_is_cut = false;  // the last row may go on
};

Sample read_sample(std::string_view text, size_t at, char separator, bool cut_off) {
  const std::string_view head = text.substr(0, std::min(text.size(), at + kSampleBytes));
  const bool head_is_all = head.size() == text.size();
  Sample sample;
  Row row;
  while (at < head.size() && sample.rows.size() < kSampleRows) {
    const CsvCell cell = next_csv_cell(head, at, separator);
    if (row.size() < kMaxSampleColumns) row.push_back(trim(head.substr(cell.begin, cell.size)));
    at = cell.next;
    const bool ends =
        cell.end == CsvCell::End::text || (at >= head.size() && cell.end == CsvCell::End::line);
    if (cell.end == CsvCell::End::separator && at < head.size()) continue;
    const bool is_blank = row.size() == 1 && row[0].empty();
    if (!is_blank) sample.rows.push_back(row);
    sample.last_is_cut =
        !is_blank && ends && cell.end != CsvCell::End::line && (cut_off || !head_is_all);
    row.clear();
  }
  return sample;
}

// A number, date, telephone number, e-mail address, or an identifier in hexadecimal.
bool is_typed(std::string_view cell) {
  bool digit = false;
  bool numeric = true;
  bool hex = cell.size() >= kShortestHex;
  for (const char c : cell) {
    digit |= is_digit(c);
    numeric = numeric && (is_digit(c) || std::string_view("+-./:() ,TZ#*").find(c) != kNone);
    hex = hex && (hex_value(c) >= 0 || c == ':' || c == '-');
  }
  if (digit && (numeric || hex)) return true;
  const size_t at = cell.find('@');
  return at != kNone && at > 0 && cell.find('.', at) != kNone && cell.find(' ') == kNone;
}

bool is_name(std::string_view cell) {
  if (cell.empty() || cell.size() > kLongestName) return false;
  bool letter = false;
  for (const char c : cell) {
    const bool is_letter = is_alpha(c) || static_cast<uint8_t>(c) >= 0x80;
    letter |= is_letter;
    if (!is_letter && !is_digit(c) && std::string_view(" _-./()#%&:'?*").find(c) == kNone)
      return false;
  }
  return letter && cell.find("://") == kNone && !is_typed(cell);
}

// Do most of the cells name a column, and no two the same one?
bool is_header(const Row& row) {
  size_t names = 0;
  for (const std::string_view cell : row) {
    if (cell.empty()) continue;
    if (!is_name(cell)) return false;
    ++names;
  }
  if (names < 2 || names * 2 < row.size()) return false;
  Row sorted = row;
  std::sort(sorted.begin(), sorted.end());
  const auto same = std::adjacent_find(sorted.begin(), sorted.end(),
                                       [](auto a, auto b) { return !a.empty() && a == b; });
  return same == sorted.end();
}

bool has_typed_column(const Sample& sample, size_t first_row, size_t columns) {
  const size_t rows = sample.rows.size() - (sample.last_is_cut ? 1 : 0);
  for (size_t column = 0; column < columns; ++column) {
    size_t typed = 0;
    bool all = true;
    for (size_t i = first_row; i < rows && all; ++i) {
      const Row& row = sample.rows[i];
      if (column >= row.size() || row[column].empty()) continue;
      all = is_typed(row[column]);
      ++typed;
    }
    if (all && typed > 0) return true;
  }
  return false;
}

// Does a cell name its value itself, or belong to markup, JSON, a program or a receiver's sentence
// (NMEA 0183 starts with '$' or '!')?
bool has_syntax_of_its_own(const Row& row) {
  if (!row[0].empty() && (row[0][0] == '$' || row[0][0] == '!')) return true;
  return std::any_of(row.begin(), row.end(), [](std::string_view cell) {
    if (cell.find_first_of("{}<>=") != kNone) return true;
    size_t at = 0;
    while (at < cell.size() && (is_alpha(cell[at]) || cell[at] == '_')) ++at;
    return at > 1 && at < cell.size() && cell[at] == ':';
  });
}

// "10:15:32,123 INFO ...": a log's milliseconds.
bool is_log_line(const Row& row) {
  return row.size() >= 2 && row[0].find(':') != kNone && row[1].size() > 4 && is_digit(row[1][0]) &&
         is_digit(row[1][1]) && is_digit(row[1][2]) && row[1][3] == ' ';
}

size_t rows_of_length(const Sample& sample, size_t first_row, size_t columns) {
  size_t count = 0;
  for (size_t i = first_row; i < sample.rows.size(); ++i) {
    count += static_cast<size_t>(sample.rows[i].size() == columns);
  }
  return count;
}

size_t filled_cells(const Row& row) {
  return static_cast<size_t>(
      std::count_if(row.begin(), row.end(), [](auto cell) { return !cell.empty(); }));
}

bool is_table_with_header(const Sample& sample, char separator, bool announced) {
  const Row& header = sample.rows[0];
  if (!is_header(header)) return false;
  if (announced) return true;
  const size_t columns = header.size();
  const size_t whole_rows = sample.rows.size() - 1 - (sample.last_is_cut ? 1 : 0);
  const size_t same = rows_of_length(sample, 1, columns);
  if (whole_rows == 0 || same * 2 <= whole_rows) return false;
  if (separator == '\t' && columns >= 3 && same >= 4 && same == whole_rows) return true;
  return (columns > 2 || whole_rows >= 2) && has_typed_column(sample, 1, columns);
}

bool is_table_without_header(const Sample& sample, bool announced) {
  const size_t columns = sample.rows[0].size();
  const size_t whole_rows = sample.rows.size() - (sample.last_is_cut ? 1 : 0);
  for (size_t i = 0; i < whole_rows; ++i) {
    const Row& row = sample.rows[i];
    if (row.size() != columns) return false;
    if (!announced && (filled_cells(row) < 2 || has_syntax_of_its_own(row) || is_log_line(row)))
      return false;
  }
  return announced || (whole_rows >= 3 && has_typed_column(sample, 0, columns));
}

std::optional<CsvDialect> recognise_at(std::string_view text, size_t begin, bool announced,
                                       bool cut_off) {
  std::optional<CsvDialect> best;
  size_t most_columns = 1;
  for (const char separator : kSeparators) {
    if (text.substr(begin, kSampleBytes).find(separator) == kNone) continue;
    const Sample sample = read_sample(text, begin, separator, cut_off);
    if (sample.rows.size() < 2 || sample.rows[0].size() <= most_columns) continue;
    const bool with_header = is_table_with_header(sample, separator, announced);
    if (!with_header && !is_table_without_header(sample, announced)) continue;
    most_columns = sample.rows[0].size();
    best = CsvDialect{.separator = separator, .has_header = with_header, .begin = begin};
  }
  return best;
}

size_t after_line(std::string_view text, size_t at) {
  const size_t newline = text.substr(0, std::min(text.size(), at + kSampleBytes)).find('\n', at);
  return newline == kNone ? text.size() : newline + 1;
}

}  // namespace

CsvCell next_csv_cell(std::string_view text, size_t at, char separator, bool quotes) {
  CsvCell cell;
  cell.begin = at;
  size_t end = kNone;
  if (quotes && at < text.size() && text[at] == '"') {
    cell.begin = ++at;
    while (true) {
      at = text.find('"', at);
      if (at == kNone || at + 1 >= text.size() || text[at + 1] != '"') break;
      cell.escaped = true;
      at += 2;
    }
    cell.closed = at != kNone;
    end = at = std::min(at, text.size());
  }
  while (at < text.size() && text[at] != separator && text[at] != '\n' && text[at] != '\r') ++at;
  cell.size = (end == kNone ? at : end) - cell.begin;
  if (at >= text.size()) {
    cell.next = text.size();
    return cell;
  }
  cell.end = text[at] == separator ? CsvCell::End::separator : CsvCell::End::line;
  cell.next = at + (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1);
  return cell;
}

std::optional<CsvDialect> recognise_csv(std::string_view text, bool announced, bool cut_off) {
  size_t begin = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  // The line with which spreadsheets name the separator.
  if (istarts_with(text.substr(begin), "sep=")) {
    begin = after_line(text, begin);
    announced = true;
  }
  const auto dialect = recognise_at(text, begin, announced, cut_off);
  if (dialect) return dialect;
  // A title, or a command that the table follows.
  const size_t second = after_line(text, begin);
  const bool is_title = text.substr(begin, second - begin).find_first_of(kSeparators) == kNone;
  return is_title && second < text.size() ? recognise_at(text, second, announced, cut_off)
                                          : std::nullopt;
}

}  // namespace telltale
