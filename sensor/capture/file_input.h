// FileInput: a file descriptor read through one buffer, which can be looked at before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "sensor/base/bytes.h"
#include "sensor/base/file_descriptor.h"

namespace telltale {

class FileInput {
 public:
  explicit FileInput(FileDescriptor fd);
  // What comes next; at least `size` bytes (at most 16) unless the file ends or fails before.
  Bytes peek(size_t size = 1);
  void use(size_t size);  // REQUIRES: size <= peek().size()
  uint64_t used() const { return used_; }
  const std::string& failure() const { return failure_; }

 private:
  static constexpr size_t kBufferSize = 128 * 1024;
  void fill();

  FileDescriptor fd_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool ended_ = false;
  uint64_t used_ = 0;
  std::string failure_;
};

}  // namespace telltale
