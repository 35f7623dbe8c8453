// Packet time. There is no clock below sensor/pipeline: time comes in with the packets.
#pragma once

#include <chrono>
#include <string>

namespace telltale {

using Duration = std::chrono::nanoseconds;
// Nanoseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;

// ISO 8601 as EVE writes it: 2020-06-29T10:11:12.123456+0000. A Timestamp reaches from 1677 to 2262.
std::string to_iso8601(Timestamp time);

}  // namespace telltale
