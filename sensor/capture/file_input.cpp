// See file_input.h.
#include "sensor/capture/file_input.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace telltale {

FileInput::FileInput(FileDescriptor fd) : fd_(std::move(fd)), buffer_(new uint8_t[kBufferSize]) {}

Bytes FileInput::peek(size_t size) {
  while (end_ - begin_ < size && !ended_) fill();
  return {buffer_.get() + begin_, end_ - begin_};
}

void FileInput::use(size_t size) {
  begin_ += size;
  used_ += size;
}

void FileInput::fill() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd_.get(), buffer_.get() + end_, kBufferSize - end_);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) ended_ = true;
  if (got < 0) {
    failure_ = fmt::format("reading failed: {}", std::generic_category().message(errno));
  } else {
    end_ += static_cast<size_t>(got);
  }
}

}  // namespace telltale
