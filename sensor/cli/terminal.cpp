#include "sensor/cli/terminal.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

// Columns a string takes, counting code points: wide scripts are off by their width, which only shifts
// the rest of their own row.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::string printable(std::string_view text, size_t max_width) {
  std::string safe;
  size_t width = 0;
  const std::string valid = to_valid_utf8(text.substr(0, max_width * 4));
  for (size_t i = 0; i < valid.size(); ++i) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    const bool starts_character = (byte & 0xc0) != 0x80;
    if (starts_character && ++width > max_width) return safe + "…";
    // C1 controls (U+0080..U+009F) are two bytes in UTF-8.
    const bool is_c1 = byte == 0xc2 && i + 1 < valid.size() &&
                       static_cast<unsigned char>(valid[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || is_c1) {
      safe += '?';
      i += is_c1 ? 1 : 0;
    } else {
      safe += valid[i];
    }
  }
  return safe;
}

Table::Table(std::vector<std::string> header) : rows_{std::move(header)} {}

void Table::add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

std::string Table::text(std::string_view indent) const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string all;
  for (const auto& row : rows_) {
    std::string line(indent);
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    all += line + '\n';
  }
  return all;
}

}  // namespace telltale
