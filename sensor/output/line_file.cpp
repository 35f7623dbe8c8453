#include "sensor/output/line_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace telltale {
namespace {

constexpr size_t kFlushAt = 64 * 1024;
constexpr size_t kMaxPending = 16U << 20;  // while nothing can be written
constexpr mode_t kMode = 0640;

// What stands after the last line break belongs to a line that was never finished.
void end_torn_line(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) return;
  char last = '\n';
  if (pread(file, &last, 1, about.st_size - 1) == 1 && last != '\n') {
    [[maybe_unused]] const ssize_t ended = ::write(file, "\n", 1);
  }
}

}  // namespace

LineFile::LineFile(std::string path) : path_(std::move(path)) {
  file_ = is_standard_output() ? STDOUT_FILENO : open_file();
  if (file_ < 0)
    throw OutputError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

LineFile::~LineFile() {
  flush();
  if (!is_standard_output()) close(file_);
}

int LineFile::open_file() {
  const int file = open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, kMode);
  if (file >= 0) end_torn_line(file);
  return file;
}

void LineFile::write(std::string_view line) {
  if (pending_.size() + line.size() + 1 > kMaxPending) {
    ++dropped_;
    return;
  }
  pending_ += line;
  pending_ += '\n';
  ++pending_lines_;
  if (pending_.size() >= kFlushAt && reason_.empty()) flush();
}

bool LineFile::flush() {
  while (!pending_.empty()) {
    const ssize_t written = ::write(file_, pending_.data(), pending_.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      reason_ = std::strerror(errno);
      return false;
    }
    const auto done = static_cast<size_t>(written);
    // Nearly always all of it went, and then nobody needs to count.
    const uint64_t lines =
        done == pending_.size()
            ? pending_lines_
            : static_cast<uint64_t>(std::count(pending_.begin(), pending_.begin() + written, '\n'));
    written_ += lines;
    pending_lines_ -= lines;
    pending_.erase(0, done);
  }
  reason_.clear();
  return true;
}

bool LineFile::reopen() {
  if (is_standard_output()) return true;
  flush();
  const int file = open_file();
  if (file < 0) {
    reason_ = std::strerror(errno);
    return false;
  }
  close(file_);
  file_ = file;
  return true;
}

}  // namespace telltale
