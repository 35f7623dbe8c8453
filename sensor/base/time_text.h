// Reading a time back from its text.
#pragma once

#include <optional>
#include <string_view>

#include "sensor/base/time.h"

namespace telltale {

// As to_iso8601 writes it; also a day alone (2020-06-29), minutes or seconds alone, a space for the
// T, and Z or nothing for the zone. Always UTC: another zone is not read.
std::optional<Timestamp> parse_iso8601(std::string_view text);

// An age before `now` (30s, 15m, 24h, 7d, 2w), or a time as above.
std::optional<Timestamp> parse_moment(std::string_view text, Timestamp now);

}  // namespace telltale
