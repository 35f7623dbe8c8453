// See stream_window.h.
#include "sensor/capture/stream_window.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace telltale {
namespace {

constexpr size_t kFirstCapacity = 512 * 1024;
// So much may be expanded whatever the ratio: small captures of padding are no attack.
constexpr uint64_t kExpandedFreely = 64U << 20;

}  // namespace

StreamWindow::StreamWindow(std::unique_ptr<ByteStream> stream, CaptureNotes& notes)
    : stream_(std::move(stream)),
      notes_(notes),
      buffer_(new uint8_t[kFirstCapacity]),
      capacity_(kFirstCapacity) {
  at_ = end_ = base_ = buffer_.get();
}

bool StreamWindow::refill(size_t size) {
  if (ended_) return false;
  make_room(size);
  while (left() < size) {
    const auto used = static_cast<size_t>(end_ - buffer_.get());
    const size_t got = stream_->read({buffer_.get() + used, capacity_ - used});
    end_ += got;
    if (got > 0 && expands_too_much()) {
      bomb_ = true;
      notes_.weird.count(Weird::capture_inflate_ratio_beyond_cap);
    }
    ended_ = got == 0 || bomb_;
    if (ended_) break;
  }
  return left() >= size;
}

// Makes room for `size` bytes from at_ on, moving what is left to the front only when it must.
void StreamWindow::make_room(size_t size) {
  const auto before = static_cast<size_t>(at_ - buffer_.get());
  if (size <= capacity_ - before) return;
  const size_t rest = left();
  base_offset_ = offset();
  if (capacity_ / 2 < size) {
    capacity_ = size * 2;
    std::unique_ptr<uint8_t[]> larger(new uint8_t[capacity_]);
    std::memcpy(larger.get(), at_, rest);
    buffer_ = std::move(larger);
  } else {
    std::memmove(buffer_.get(), at_, rest);
  }
  at_ = base_ = buffer_.get();
  end_ = at_ + rest;
}

bool StreamWindow::expands_too_much() const {
  const uint64_t expanded = offset() + left();
  return expanded > kExpandedFreely &&
         expanded / notes_.limits().max_capture_inflate_ratio > stream_->input_used();
}

std::string StreamWindow::failure() const {
  if (!bomb_) return stream_->failure();
  return fmt::format("expands to more than {} times its size, which no capture does; not read on",
                     notes_.limits().max_capture_inflate_ratio);
}

}  // namespace telltale
