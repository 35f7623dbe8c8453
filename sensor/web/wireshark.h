// What shows an event's packets in Wireshark, for who wants to look at the capture.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace telltale {

// A display filter for the flow of the event (a JSON line); empty where it has none.
std::string wireshark_filter(std::string_view line);
// Frame numbers in the capture that the findings of the event stand in.
std::vector<uint64_t> frames_of(std::string_view line);

}  // namespace telltale
