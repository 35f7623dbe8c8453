// Following a key log file while browsers and apps append to it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/base/file_descriptor.h"
#include "sensor/tls/key_store.h"

namespace telltale {
namespace {

constexpr size_t kReadSize = 64 * 1024;
constexpr size_t kMaxLine = 4096;  // no valid line is longer

void add(KeyLogResult& total, KeyLogResult&& more) {
  total.secrets += more.secrets;
  total.repeated += more.repeated;
  total.ignored += more.ignored;
  total.bad_lines += more.bad_lines;
  for (KeyLogProblem& problem : more.problems) total.problems.push_back(std::move(problem));
}

}  // namespace

KeyLogFile::KeyLogFile(std::string path, KeyStore& store) : path_(std::move(path)), store_(store) {}

KeyLogResult KeyLogFile::poll(bool* opened, bool last) {
  KeyLogResult result;
  const FileDescriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  const bool ok = file.get() >= 0 && ::fstat(file.get(), &info) == 0 && !S_ISDIR(info.st_mode);
  if (opened != nullptr) *opened = ok;
  if (!ok) return result;
  const auto size = static_cast<uint64_t>(info.st_size);
  if (info.st_dev != device_ || info.st_ino != inode_ ||
      (S_ISREG(info.st_mode) && size < offset_)) {
    device_ = info.st_dev;
    inode_ = info.st_ino;
    offset_ = 0;
    line_ = 1;
    partial_.clear();
  }
  std::string block(kReadSize, '\0');
  for (;;) {
    const ssize_t got = S_ISREG(info.st_mode) ? ::pread(file.get(), block.data(), block.size(),
                                                        static_cast<off_t>(offset_))
                                              : ::read(file.get(), block.data(), block.size());
    if (got <= 0) break;
    offset_ += static_cast<uint64_t>(got);
    partial_.append(block, 0, static_cast<size_t>(got));
    const size_t end = partial_.rfind('\n');
    if (end == std::string::npos) {
      if (partial_.size() > kMaxLine) partial_.resize(kMaxLine);
      continue;
    }
    const std::string_view lines = std::string_view(partial_).substr(0, end + 1);
    add(result, store_.load(lines, path_, line_));
    for (const char c : lines) line_ += c == '\n';
    partial_.erase(0, end + 1);
  }
  if (last && !partial_.empty()) {
    add(result, store_.load(partial_, path_, line_));
    partial_.clear();
  }
  return result;
}

}  // namespace telltale
