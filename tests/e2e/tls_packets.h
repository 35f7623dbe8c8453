// The TCP segments of a capture and the secrets in it.
#pragma once

#include <functional>
#include <string>

#include "sensor/model/segment.h"

namespace telltale::test {

// False when part of the capture could not be read.
bool for_each_segment(const std::string& path, const std::function<void(const Segment&)>& visit);
// Key logs that a pcapng carries, as text.
std::string embedded_key_logs(const std::string& path);

}  // namespace telltale::test
