// Feeds as CSV: abuse.ch (URLhaus, ThreatFox, Feodo Tracker), Echap's network.csv and whatever has
// a column of domains, addresses or URLs. RFC 4180, with abuse.ch's habits: comments begin with
// '#', and the header may be the last of them.
#include <algorithm>
#include <optional>
#include <vector>

#include "sensor/base/encoding.h"
#include "sensor/policy/feed_format.h"

namespace telltale {
namespace {

constexpr size_t kHeaderLines = 64;  // a header stands among the first ones
constexpr size_t kNone = static_cast<size_t>(-1);

using Cells = std::vector<std::string>;

// One line; a quote inside quotes is doubled. Cells that span lines do not occur in these lists.
Cells cells_of(std::string_view line) {
  Cells cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"')
        cells.back() += line[++i];
      else
        quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\t')) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (std::string& cell : cells) cell = std::string(trim(cell));
  return cells;
}

// Names of the column that holds the indicator, the best first.
constexpr std::string_view kValueNames[] = {
    "ioc_value",  "indicator", "domain",  "fqdn", "hostname", "host", "dst_ip", "dstip",
    "ip_address", "ip",        "address", "cidr", "network",  "url",  "value"};
constexpr std::string_view kTypeNames[] = {"ioc_type", "indicator_type", "type"};
constexpr std::string_view kLabelNames[] = {"malware_printable", "malware", "app", "threat",
                                            "signature",         "family"};
constexpr std::string_view kOtherNames[] = {"listingdate", "sha1",      "md5",       "sha256",
                                            "first_seen",  "firstseen", "dateadded", "id"};

struct Columns {
  size_t value = kNone;
  size_t type = kNone;
  size_t label = kNone;
  bool is_header = false;
};

template <size_t N>
size_t column_named(const Cells& cells, const std::string_view (&names)[N]) {
  for (const std::string_view name : names) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (iequals(cells[i], name)) return i;
    }
  }
  return kNone;
}

Columns columns_of(std::string_view line) {
  while (!line.empty() && (line.front() == '#' || line.front() == ' ')) line.remove_prefix(1);
  const Cells cells = cells_of(line);
  if (cells.size() < 2) return {};
  Columns columns{column_named(cells, kValueNames), column_named(cells, kTypeNames),
                  column_named(cells, kLabelNames), false};
  const bool other = column_named(cells, kOtherNames) != kNone;
  columns.is_header = columns.value != kNone || other;
  return columns;
}

bool is_destination(std::string_view cell) {
  if (cell.find("://") != std::string_view::npos || IpAddress::parse(cell)) return true;
  const size_t dot = cell.rfind('.');
  const auto fits = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return dot != std::string_view::npos && dot > 0 && cell.size() - dot > 2 &&
         is_alpha(cell[dot + 1]) && std::all_of(cell.begin(), cell.end(), fits);
}

size_t first_destination(const Cells& cells) {
  const auto found = std::find_if(cells.begin(), cells.end(), is_destination);
  return found == cells.end() ? kNone : static_cast<size_t>(found - cells.begin());
}

bool looks_like_rule(std::string_view line) {
  return line.starts_with("||") || line.starts_with("@@") ||
         line.find("##") != std::string_view::npos || line.find("=/") != std::string_view::npos;
}

size_t fits_csv(std::string_view sample) {
  bool header = false;
  std::string_view rest = sample;
  for (size_t i = 0; i < kHeaderLines && !rest.empty() && !header; ++i) {
    const size_t end = rest.find('\n');
    header = columns_of(trimmed_line(rest.substr(0, end))).is_header;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  const size_t lines = count_lines(sample, [&](std::string_view line) {
    if (looks_like_rule(line) || line.find_first_of(",\t") == std::string_view::npos) return false;
    const Cells cells = cells_of(line);
    return cells.size() > 1 && (header || first_destination(cells) != kNone);
  });
  return lines;
}

// Types that are no destination: hashes, files, keys.
bool is_other_kind(std::string_view type) {
  for (const std::string_view word :
       {"md5", "sha", "hash", "file", "email", "package", "certificate"}) {
    if (ascii_lower(type).find(word) != std::string::npos) return true;
  }
  return false;
}

void read_row(const Cells& cells, const Columns& columns, size_t number, FeedBuilder& feed) {
  const size_t at = columns.value != kNone ? columns.value : first_destination(cells);
  if (at >= cells.size() || cells[at].empty()) {
    return feed.skip(columns.is_header ? FeedSkip::other_kind : FeedSkip::garbage, number,
                     cells.front());
  }
  if (columns.type < cells.size() && is_other_kind(cells[columns.type])) {
    return feed.skip(FeedSkip::other_kind, number, cells[at]);
  }
  const std::string_view label =
      columns.label < cells.size() ? std::string_view(cells[columns.label]) : std::string_view{};
  feed.add(cells[at], number, label);
}

void read_csv(FeedLines& input, FeedBuilder& feed) {
  Columns columns;
  for (std::string_view line; input.next(line);) {
    if (line.empty()) continue;
    const bool comment = is_comment(line);
    if (!columns.is_header && input.number() <= kHeaderLines) {
      columns = columns_of(line);
      if (columns.is_header) continue;
    }
    if (!comment) read_row(cells_of(line), columns, input.number(), feed);
  }
}

}  // namespace

const FeedFormat k_csv_format = {"csv", fits_csv, read_csv};

}  // namespace telltale
