// FileWatch: has a file changed since it was last looked at? By its time, size and identity, so
// that a file that is replaced (as tools that write lists do) is noticed as well as one that is
// written over.
#pragma once

#include <string>
#include <tuple>
#include <utility>

#include <sys/stat.h>

namespace telltale {

class FileWatch {
 public:
  explicit FileWatch(std::string path) : path_(std::move(path)), last_(look()) {}

  // True once for each change, also when the file appears or goes.
  bool changed() {
    const Stamp now = look();
    if (now == last_) return false;
    last_ = now;
    return true;
  }
  const std::string& path() const { return path_; }

 private:
  using Stamp = std::tuple<bool, dev_t, ino_t, off_t, time_t, long>;

  Stamp look() const {
    struct stat status {};
    if (path_.empty() || stat(path_.c_str(), &status) != 0) return {};
    return {true,           status.st_dev,         status.st_ino,
            status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  }

  std::string path_;
  Stamp last_;
};

}  // namespace telltale
