#include "sensor/unwrap/decompressed.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kFirstRoom = 64;
constexpr size_t kSmall = 4096;       // results up to this size share the arena's blocks
constexpr size_t kWaste = 16 * 1024;  // unused memory a result may keep

}  // namespace

Decompressed::Decompressed(Offer& offer, size_t input_size)
    : offer_(offer), input_size_(input_size) {
  const size_t by_budget = offer.budget().bytes_left();
  const size_t ratio = offer.budget().limits().max_inflate_ratio;
  const size_t size = input_size;
  const size_t by_ratio = std::max(
      kFreeBytes, size > by_budget / std::max<size_t>(1, ratio) ? by_budget : size * ratio);
  limit_ = std::min(by_budget, by_ratio);
  ratio_limits_ = by_ratio < by_budget;
}

std::span<uint8_t> Decompressed::room() {
  if (size_ == text_.size() && size_ < limit_) {
    const size_t wanted = std::max({kFirstRoom, input_size_ * 3, text_.size() * 2});
    // The last step goes all the way: growing holds the old block and the new one for a moment.
    text_.resize(wanted > limit_ / 4 ? limit_ : wanted);
  }
  return {reinterpret_cast<uint8_t*>(text_.data()) + size_, text_.size() - size_};
}

std::span<uint8_t> Decompressed::room_for(size_t size) {
  if (text_.size() - size_ < size && size_ < limit_) {
    capped_ = size > limit_ - size_;
    text_.resize(std::min(limit_, std::max(size_ + size, std::min(limit_, text_.size() * 2))));
  }
  return {reinterpret_cast<uint8_t*>(text_.data()) + size_, text_.size() - size_};
}

std::string_view Decompressed::keep(bool complete) {
  UnwrapBudget& budget = offer_.budget();
  if (!complete && full()) {
    budget.count_once(ratio_limits_ ? Weird::unwrap_ratio_cap : Weird::unwrap_expanded_cap);
  }
  if (size_ == 0 || !budget.take_bytes(size_)) return {};
  if (size_ <= kSmall) return offer_.fields().arena().keep({text_.data(), size_});
  text_.resize(size_);
  if (text_.capacity() - size_ > kWaste) text_.shrink_to_fit();
  return offer_.fields().arena().adopt(std::move(text_));
}

bool Decompressed::add(std::string_view name, bool complete, std::string_view content_coding) {
  const std::string_view kept = keep(complete);
  return !kept.empty() && offer_.add_decoded(name, kept, !complete, content_coding) != kNoField;
}

Coding split_coding(std::string_view content_coding) {
  const size_t comma = content_coding.rfind(',');
  if (comma == std::string_view::npos) return {trim(content_coding), {}};
  return {trim(content_coding.substr(comma + 1)), trim(content_coding.substr(0, comma))};
}

}  // namespace telltale
