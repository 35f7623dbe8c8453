// The growing result of a decompressor, held under the caps: no more than the budget has left, and
// no more than max_inflate_ratio times what came in.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

class Decompressed {
 public:
  // A little input may always make this much, whatever the ratio.
  static constexpr size_t kFreeBytes = 64 * 1024;

  explicit Decompressed(Offer& offer) : Decompressed(offer, offer.value().size()) {}
  // Of a part of the value, `input_size` bytes long.
  Decompressed(Offer& offer, size_t input_size);

  // Room for more output; empty when a cap is reached.
  std::span<uint8_t> room();
  // Room for `size` bytes at once; less when a cap is reached.
  std::span<uint8_t> room_for(size_t size);
  // The first `size` bytes of the room were filled.
  void filled(size_t size) { size_ += size; }
  size_t size() const { return size_; }
  bool full() const { return size_ >= limit_ || capped_; }

  // Moves what there is to the message's arena and pays for it; empty when there is nothing or no
  // budget. Not `complete`: as below.
  std::string_view keep(bool complete);
  // Adds what there is as the decoded child `name`. Not `complete`: the stream is damaged or cut
  // off, or a cap ended it; the cap is counted here. False when there is nothing to add.
  bool add(std::string_view name, bool complete, std::string_view content_coding = {});

 private:
  Offer& offer_;
  size_t input_size_;
  size_t limit_ = 0;
  bool ratio_limits_ = false;
  bool capped_ = false;  // more was asked for than the caps allow
  std::string text_;
  size_t size_ = 0;
};

// The content coding applied last, lower case by comparison, and those below it: "rc4,gzip" ->
// gzip, rc4.
struct Coding {
  std::string_view outermost;
  std::string_view rest;
};
Coding split_coding(std::string_view content_coding);

}  // namespace telltale
