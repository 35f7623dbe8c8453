// FindingBook: what one flow was seen sending. A finding is told once for each type; what follows raises
// its count. Pieces that only count together (one contact a request) are gathered here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sensor/model/taxonomy.h"

namespace telltale {

class FindingBook {
 public:
  static constexpr size_t kPiecesThatCount = 3;

  // Notes `count` sightings of `type`; true when it is the first time in this flow.
  bool take(DataType type, uint32_t count) {
    for (Entry& entry : entries_) {
      if (entry.type != type) continue;
      entry.count += count;
      return false;
    }
    entries_.push_back({type, count});
    return true;
  }

  // Notes a piece; true exactly when it makes the pieces of its type enough.
  bool take_piece(DataType type, uint64_t identity) {
    const auto same = [&](const PieceSeen& piece) {
      return piece.type == type && piece.identity == identity;
    };
    const auto of_type = [&](const PieceSeen& piece) { return piece.type == type; };
    const auto have =
        static_cast<size_t>(std::count_if(pieces_.begin(), pieces_.end(), of_type));
    if (have >= kPiecesThatCount || std::any_of(pieces_.begin(), pieces_.end(), same)) return false;
    pieces_.push_back({type, identity});
    return have + 1 == kPiecesThatCount;
  }

 private:
  struct Entry {
    DataType type;
    uint32_t count;
  };
  struct PieceSeen {
    DataType type;
    uint64_t identity;
  };
  std::vector<Entry> entries_;
  std::vector<PieceSeen> pieces_;
};

}  // namespace telltale
