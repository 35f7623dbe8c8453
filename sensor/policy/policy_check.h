// What is not wrong with a policy but worth knowing: entries that contradict or cover each other,
// rules that can never hold.
#pragma once

#include <string>
#include <vector>

#include "sensor/policy/explain.h"

namespace telltale {

// A line for each thing; capped.
std::vector<std::string> policy_warnings(const Config& config);

// "10 rules, 3 trusted and 170 untrusted entries, 2 feeds with 1200 entries, 1 mute".
std::string policy_summary(const PolicyView& policy);

}  // namespace telltale
