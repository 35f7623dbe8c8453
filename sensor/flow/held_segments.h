// HeldSegments: what came too early for its stream, in order, without overlaps, until its turn
// comes.
//
// A piece is part of one segment, with its time and frame. A piece may also be a hole that is known
// to be one: bytes that the capture cut off (snapped). Bytes are copied in and accounted to the
// shard's budget with what a piece costs beside them, so that segments of one byte are no way
// around the cap.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/model/chunk.h"

namespace telltale {

// Shared by all streams of a shard; outlives them.
struct ReassemblyBudget {
  ReassemblyBudget(const Limits& shard_limits, WeirdCounts& shard_weird)
      : limits(shard_limits), weird(shard_weird) {}
  const Limits& limits;
  WeirdCounts& weird;
  size_t held = 0;  // bytes that streams hold now
  size_t peak = 0;

  void take(size_t bytes) {
    held += bytes;
    peak = std::max(peak, held);
  }
  void give_back(size_t bytes) { held -= bytes; }
};

struct HeldPiece {
  uint64_t begin = 0;  // stream offsets
  uint64_t end = 0;
  Timestamp ts;
  FrameRef frame;
  std::string bytes;  // of [begin, end); empty for a known hole

  // Memory of a piece, its place in the map included.
  static size_t cost(size_t size) { return sizeof(HeldPiece) + 48 + size; }
};

class HeldSegments {
 public:
  explicit HeldSegments(ReassemblyBudget& budget) : budget_(budget) {}
  ~HeldSegments() { budget_.give_back(cost_); }
  HeldSegments(const HeldSegments&) = delete;

  bool empty() const { return pieces_.empty(); }
  size_t size() const { return pieces_.size(); }
  size_t bytes() const { return bytes_; }
  // REQUIRES: !empty()
  uint64_t front_begin() const { return pieces_.begin()->first; }
  // The first piece that ends after `offset`; null when there is none.
  const HeldPiece* first_after(uint64_t offset) const;
  // REQUIRES: nothing is held of [piece.begin, piece.end).
  void insert(HeldPiece&& piece);
  // Takes out the first piece if it begins at or before `offset`.
  std::optional<HeldPiece> take(uint64_t offset);

 private:
  ReassemblyBudget& budget_;
  std::map<uint64_t, HeldPiece> pieces_;  // by begin
  size_t bytes_ = 0;
  size_t cost_ = 0;  // accounted to the budget
};

}  // namespace telltale
