// Numbers and times as people read them, the same in every text.
#pragma once

#include <cstdint>
#include <string>

#include "sensor/base/time.h"

namespace telltale {

std::string human_bytes(uint64_t bytes);   // "1.2 MiB"
std::string grouped(uint64_t number);      // "1,234,567"
std::string day_and_time(Timestamp time);  // "2020-06-29 10:11:12", UTC

}  // namespace telltale
