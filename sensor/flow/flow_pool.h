// FlowPool: numbered flow records in blocks that never move; freed ones are used again.
#pragma once

#include <memory>
#include <vector>

#include "sensor/flow/flow_record.h"

namespace telltale {

class FlowPool {
 public:
  FlowRecord& operator[](uint32_t number) {
    return blocks_[number >> kBlockBits][number & (kBlockSize - 1)];
  }
  // The number of a record in its first state.
  uint32_t take() {
    if (free_.empty()) {
      if (used_ == blocks_.size() * kBlockSize) {
        blocks_.push_back(std::make_unique<FlowRecord[]>(kBlockSize));
      }
      return used_++;
    }
    const uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }
  void give_back(uint32_t number) {
    (*this)[number] = FlowRecord{};
    free_.push_back(number);
  }

 private:
  static constexpr uint32_t kBlockBits = 10;
  static constexpr uint32_t kBlockSize = 1U << kBlockBits;

  std::vector<std::unique_ptr<FlowRecord[]>> blocks_;
  std::vector<uint32_t> free_;
  uint32_t used_ = 0;
};

}  // namespace telltale
