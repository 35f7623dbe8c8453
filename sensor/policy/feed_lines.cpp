#include "sensor/policy/feed_lines.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/base/encoding.h"
#include "sensor/policy/feed.h"

namespace telltale {
namespace {

constexpr size_t kPiece = 256 * 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

FeedError refused(const std::string& path, std::string_view why) {
  return FeedError(fmt::format("{}:1:1: {}", path, why));
}

}  // namespace

std::string_view trimmed_line(std::string_view line) { return trim(line); }

FeedLines::FeedLines(const std::string& path, const FeedLimits& limits)
    : name_(path), limits_(limits) {
  file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (file_ < 0 || fstat(file_, &status) != 0) {
    const FeedError error = refused(path, fmt::format("cannot be read: {}", std::strerror(errno)));
    if (file_ >= 0) close(file_);
    throw error;
  }
  if (!S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) > limits.max_bytes) {
    close(file_);
    throw refused(path, S_ISREG(status.st_mode) ? fmt::format("larger than {} MiB; split the feed",
                                                              limits.max_bytes >> 20)
                                                : std::string("not a regular file; name a list"));
  }
  at_end_ = false;
}

FeedLines::FeedLines(std::string_view text, const std::string& name, const FeedLimits& limits)
    : name_(name), limits_(limits), text_(text) {}

FeedLines::~FeedLines() {
  if (file_ >= 0) close(file_);
}

// Reads another piece behind what is left. False at the end.
bool FeedLines::fill() {
  if (at_end_) return false;
  const size_t left = text_.size();
  if (left > 0 && text_.data() != buffer_.data()) std::memmove(buffer_.data(), text_.data(), left);
  buffer_.resize(left + kPiece);
  ssize_t got = 0;
  do {
    got = read(file_, buffer_.data() + left, kPiece);
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw refused(name_, fmt::format("cannot be read: {}", std::strerror(errno)));
  at_end_ = got == 0;
  text_ = std::string_view(buffer_.data(), left + static_cast<size_t>(got));
  return got > 0;
}

std::string_view FeedLines::sample() {
  while (text_.size() < kSample && fill()) {
  }
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  return text_.substr(0, kSample);
}

bool FeedLines::next(std::string_view& line) {
  while (true) {
    size_t end = text_.find('\n');
    while (end == std::string_view::npos && text_.size() <= kLongestLine && fill()) {
      end = text_.find('\n');
    }
    if (end == std::string_view::npos && text_.empty()) return false;
    const bool cut = end == std::string_view::npos && text_.size() > kLongestLine;
    const std::string_view piece = text_.substr(0, cut ? kLongestLine : end);
    text_.remove_prefix(cut ? kLongestLine : std::min(piece.size() + 1, text_.size()));
    const bool rest = dropping_;
    dropping_ = cut;
    if (rest) continue;
    ++number_;
    line = trimmed_line(piece);
    return true;
  }
}

std::string_view FeedLines::whole() {
  while (text_.size() <= limits_.max_document && fill()) {
  }
  if (text_.size() > limits_.max_document) {
    throw refused(name_, fmt::format("a document larger than {} MiB; split it, or use a plain list",
                                     limits_.max_document >> 20));
  }
  return text_;
}

}  // namespace telltale
