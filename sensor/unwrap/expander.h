// The loop over a message's Fields: each leaf is offered to every unwrapper, children are offered
// again, until nothing is left to unwrap or a cap is reached.
#pragma once

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// Unwraps everything in `message`, up to limits.max_depth wrappings deep.
void expand(Message& message, const Limits& limits, WeirdCounts& weird);

}  // namespace telltale
