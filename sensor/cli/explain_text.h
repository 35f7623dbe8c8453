// An explanation as text for people.
#pragma once

#include <string>

#include "sensor/policy/explain.h"

namespace telltale {

std::string explanation_text(const Explanation& explanation);

}  // namespace telltale
