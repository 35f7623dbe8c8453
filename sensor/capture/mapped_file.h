// MappedFile: a plain capture file as one window, without copying a byte.
//
// The kernel reads ahead (MADV_SEQUENTIAL), pages are mapped 8 MiB at a time and those behind given
// back, so that a capture of any size costs little memory. Views stay valid as long as the
// MappedFile lives: a page given back is read again when somebody still looks at it, and a page the
// file lost reads as zeros (sigbus_guard.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sensor/capture/file_input.h"
#include "sensor/capture/sigbus_guard.h"
#include "sensor/capture/window.h"

namespace telltale {

class MappedFile : public Window {
 public:
  // Maps the `size` bytes of a regular file. Null when it cannot be mapped; errno says why.
  static std::unique_ptr<MappedFile> map(FileDescriptor fd, uint64_t size);
  ~MappedFile() override;

  void recheck() override;
  std::string failure() const override;
  void finish() override;

 protected:
  bool refill(size_t size) override;

 private:
  MappedFile(FileDescriptor fd, const uint8_t* begin, size_t size);
  void drop_until(size_t end);
  void populate_until(size_t end);

  FileDescriptor fd_;
  const size_t mapped_size_;
  size_t size_;         // less than mapped_size_ once the file shrank
  size_t dropped_ = 0;  // bytes before this were given back
  size_t populated_ = 0;  // bytes before this were mapped ahead
  std::optional<SigbusGuard> guard_;
};

}  // namespace telltale
