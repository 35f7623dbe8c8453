// FeedLines: a feed as lines, read piece by piece so that a list of any size takes little memory,
// or whole, for formats that are one document.
#pragma once

#include <string>
#include <string_view>

#include "config/feed_limits.h"

namespace telltale {

// Without what ends a line and blanks around it.
std::string_view trimmed_line(std::string_view line);
inline bool is_comment(std::string_view line) {
  return line.front() == '#' || line.front() == '!' || line.front() == ';';
}

class FeedLines {
 public:
  static constexpr size_t kSample = 64 * 1024;
  static constexpr size_t kLongestLine = 64 * 1024;  // the rest of a longer one is dropped

  // Throws FeedError where the file cannot be read.
  FeedLines(const std::string& path, const FeedLimits& limits);
  // The text must outlive it.
  FeedLines(std::string_view text, const std::string& name, const FeedLimits& limits);
  ~FeedLines();
  FeedLines(const FeedLines&) = delete;

  // The beginning of the feed, without a byte order mark. Call before the others.
  std::string_view sample();
  // The next line, trimmed; may be empty. The view lives until the next call.
  bool next(std::string_view& line);
  size_t number() const { return number_; }  // of the line given last, from 1
  // All of it. Throws FeedError beyond limits.max_document.
  std::string_view whole();
  const std::string& name() const { return name_; }

 private:
  bool fill();

  std::string name_;
  const FeedLimits& limits_;
  int file_ = -1;
  std::string buffer_;     // of a file: what was read and not yet given
  std::string_view text_;  // what is left, in buffer_ or the caller's
  bool at_end_ = true;
  bool dropping_ = false;  // the rest of a line that is too long
  size_t number_ = 0;
};

}  // namespace telltale
