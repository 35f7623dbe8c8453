#include "sensor/flow/held_segments.h"

#include <iterator>
#include <utility>

namespace telltale {

const HeldPiece* HeldSegments::first_after(uint64_t offset) const {
  auto piece = pieces_.upper_bound(offset);
  if (piece != pieces_.begin()) {
    const auto before = std::prev(piece);
    if (before->second.end > offset) piece = before;
  }
  return piece == pieces_.end() ? nullptr : &piece->second;
}

void HeldSegments::insert(HeldPiece&& piece) {
  const size_t cost = HeldPiece::cost(piece.bytes.size());
  bytes_ += piece.bytes.size();
  cost_ += cost;
  budget_.take(cost);
  const uint64_t begin = piece.begin;
  pieces_.emplace(begin, std::move(piece));
}

std::optional<HeldPiece> HeldSegments::take(uint64_t offset) {
  if (pieces_.empty() || pieces_.begin()->first > offset) return std::nullopt;
  HeldPiece piece = std::move(pieces_.begin()->second);
  pieces_.erase(pieces_.begin());
  const size_t cost = HeldPiece::cost(piece.bytes.size());
  bytes_ -= piece.bytes.size();
  cost_ -= cost;
  budget_.give_back(cost);
  return piece;
}

}  // namespace telltale
