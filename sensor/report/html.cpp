#include "sensor/report/html.h"

#include <fmt/format.h>

#include "sensor/base/encoding.h"

namespace telltale {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : to_valid_utf8(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) html += c;
    }
  }
  return html;
}

void HtmlTable::add(const std::vector<std::string>& cells) {
  ++rows_;
  body_ += "<tr>";
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string_view kind = columns_[i].kind;
    body_ += kind.empty() ? "<td>" : fmt::format("<td class=\"{}\">", kind);
    body_ += cells[i];
    body_ += "</td>";
  }
  body_ += "</tr>\n";
}

std::string HtmlTable::html() const {
  std::string head;
  for (const HtmlColumn& column : columns_) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>",
                        column.kind.empty() ? "" : fmt::format(" class=\"{}\"", column.kind),
                        column.title);
  }
  return fmt::format(
      "<div class=\"wide\"><table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n",
      head, body_);
}

std::string FoldedTable::html() const {
  std::string all = first_.rows() > 0 ? first_.html() : "";
  if (rest_.rows() > 0) {
    all += fmt::format("<details><summary>{}{} {}</summary>\n{}</details>\n",
                       first_.rows() > 0 ? "and " : "", grouped_number(rest_.rows()),
                       first_.rows() > 0 ? fmt::format("more {}", what_) : std::string(what_),
                       rest_.html());
  }
  return all;
}

std::string grouped_number(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string bytes_text(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string moment_text(Timestamp time) {
  std::string text = to_iso8601(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace telltale
