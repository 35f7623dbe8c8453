// Bytes a parser holds until they are complete, with the frames they came in.
//
// Append what comes, look at text(), consume what is done. Consuming is amortised constant time per
// byte, so that many small messages in one big buffer stay linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sensor/model/message.h"

namespace telltale {

class StreamBuffer {
 public:
  void append(Bytes bytes, FrameRef frame) {
    if (bytes.empty()) return;
    if (marks_.empty() || marks_.back().frame != frame) marks_.push_back({end(), frame});
    data_.append(as_text(bytes));
  }

  std::string_view text() const { return std::string_view(data_).substr(head_); }
  Bytes bytes() const { return as_bytes(text()); }
  size_t size() const { return data_.size() - head_; }
  bool empty() const { return size() == 0; }

  // Drops the first `size` bytes. REQUIRES: size <= size().
  void consume(size_t size) {
    head_ += size;
    base_ += size;
    if (head_ == data_.size()) {
      data_.clear();
      marks_.clear();
      head_ = 0;
      return;
    }
    if (head_ < 4096 || head_ < data_.size() / 2) return;
    data_.erase(0, head_);
    head_ = 0;
    size_t passed = 0;
    while (passed + 1 < marks_.size() && marks_[passed + 1].at <= base_) ++passed;
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(passed));
  }
  void clear() { consume(size()); }

  // Takes the first `size` bytes out as a string; without a copy when that is all.
  std::string take(size_t size) {
    std::string taken;
    if (head_ == 0 && size == data_.size()) {
      taken = std::move(data_);
      data_.clear();
      marks_.clear();
      base_ += size;
      return taken;
    }
    taken.assign(text().substr(0, size));
    consume(size);
    return taken;
  }

  // Marks in `map` the frames of the bytes [from, to), the first of which is content at `offset`.
  void mark(FrameMap& map, size_t from, size_t to, uint32_t offset) const {
    const uint64_t first = base_ + from;
    const uint64_t last = base_ + to;
    for (size_t i = 0; i < marks_.size() && marks_[i].at < last; ++i) {
      const bool reaches = i + 1 == marks_.size() || marks_[i + 1].at > first;
      if (!reaches) continue;
      const uint64_t skipped = marks_[i].at > first ? marks_[i].at - first : 0;
      map.mark(offset + static_cast<uint32_t>(skipped), marks_[i].frame);
    }
  }

 private:
  struct Mark {
    uint64_t at;  // position in the stream of the first byte of the frame
    FrameRef frame;
  };
  uint64_t end() const { return base_ + size(); }

  std::string data_;
  size_t head_ = 0;    // bytes of data_ that are consumed already
  uint64_t base_ = 0;  // stream position of text()[0]
  std::vector<Mark> marks_;
};

}  // namespace telltale
