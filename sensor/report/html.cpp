#include "sensor/report/html.h"

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/base/readable.h"

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
                       first_.rows() > 0 ? "and " : "", grouped(rest_.rows()),
                       first_.rows() > 0 ? fmt::format("more {}", what_) : std::string(what_),
                       rest_.html());
  }
  return all;
}

}  // namespace telltale
