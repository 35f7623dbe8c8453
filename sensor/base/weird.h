// Weird: everything malformed, odd or capped that traffic can do to us, each with a name and a counter.
//
// Malformed traffic is data: a stage counts the Weird and goes on. To add one, add a line WEIRD(name) to
// the .inc file of your stage in sensor/base/weird; it then appears in the stats event by that name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace telltale {

enum class Weird : uint16_t {
#define WEIRD(name) name,
#include "sensor/base/weird/all.inc"
#undef WEIRD
  count_
};

inline constexpr size_t kWeirdCount = static_cast<size_t>(Weird::count_);

std::string_view name_of(Weird weird);

class WeirdCounts {
 public:
  void count(Weird weird, uint64_t times = 1) { counts_[static_cast<size_t>(weird)] += times; }
  uint64_t operator[](Weird weird) const { return counts_[static_cast<size_t>(weird)]; }
  void add(const WeirdCounts& other) {
    for (size_t i = 0; i < kWeirdCount; ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<uint64_t, kWeirdCount> counts_{};
};

}  // namespace telltale
