// Numbers and times as people read them, the same in every text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sensor/base/time.h"

namespace telltale {

// The first `most` bytes of UTF-8 text, or fewer where a character would be cut.
std::string_view cut_text(std::string_view text, size_t most);
std::string human_bytes(uint64_t bytes);   // "1.2 MiB"
std::string grouped(uint64_t number);      // "1,234,567"
std::string day_and_time(Timestamp time);  // "2020-06-29 10:11:12", UTC

}  // namespace telltale
