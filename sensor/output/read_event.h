// Events read back from JSON lines: what describe.cpp wrote of the device, the destination and the
// finding or alert, so that it can be explained or judged again. Unknown members are passed over.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "sensor/model/event.h"

namespace telltale {

// The event of one line: a finding, an alert, a notice or an anomaly, or only device and
// destination of others. Nothing where the line is no event.
std::optional<Event> read_event(std::string_view line);

// Reads `file` to the first event with this event_id. Nothing where there is none.
std::optional<Event> find_event(std::FILE* file, std::string_view event_id);

}  // namespace telltale
