#pragma once

#include <string_view>
#include <utility>

#include <unistd.h>

namespace telltale {

// Closes a file descriptor when it goes; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// All of `bytes`; false, with errno set, where that cannot be.
bool write_all(int file, std::string_view bytes);

}  // namespace telltale
