// Caps of what is read from lists at start-up and reload, rather than from traffic
// (config/limits.h). What lies beyond them is counted in the feed's report.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale {

struct FeedLimits {
  size_t max_entries = 10'000'000;  // of one feed
  uint64_t max_bytes = 1ULL << 30;  // of its file
  size_t max_document = 64U << 20;  // of its file where it is one document (JSON)
};

}  // namespace telltale
