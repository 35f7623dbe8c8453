// Character references (HTML 4 names that matter in data, and numbers; XML 1.0 section 4.1).
#pragma once

#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// Does a reference stand at `at` (an '&')? Its size with the semicolon, 0 when not.
size_t entity_size(std::string_view text, size_t at);

// `text` itself when it has no references or the budget is spent, else its decoding in the arena.
std::string_view entities_decoded(std::string_view text, Offer& offer);

}  // namespace telltale
