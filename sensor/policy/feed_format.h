// A format of feeds: how it is told from others, and how it is read. To add one: a file with a
// FeedFormat, a line in feed_formats.inc, rows in tests/policy/feed_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "sensor/policy/feed_builder.h"
#include "sensor/policy/feed_lines.h"

namespace telltale {

struct FeedFormat {
  std::string_view name;
  // How many of the sample's lines could be this format's; documents answer for all of them or for
  // none.
  size_t (*fits)(std::string_view sample);
  void (*read)(FeedLines& input, FeedBuilder& feed);
};

#define FORMAT(name) extern const FeedFormat k_##name##_format;
#include "sensor/policy/feed_formats.inc"
#undef FORMAT

// Calls `visit(line)` for each line of the sample that is neither empty nor a comment ('#', '!',
// ';').
template <typename Visit>
size_t count_lines(std::string_view sample, Visit visit) {
  size_t count = 0;
  while (!sample.empty()) {
    const size_t end = sample.find('\n');
    const std::string_view line = trimmed_line(sample.substr(0, end));
    if (!line.empty() && !is_comment(line) && visit(line)) ++count;
    if (end == std::string_view::npos) break;
    sample.remove_prefix(end + 1);
  }
  return count;
}

}  // namespace telltale
