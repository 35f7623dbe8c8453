// Secrets of outputs come from a file or an environment variable, never from the configuration.
#pragma once

#include <string>

#include "config/config.h"

namespace telltale {

// The token or password of an output; empty where none is configured. Throws OutputError that names
// the file or variable, never what is in it.
std::string secret_of(const OutputConfig& config);

}  // namespace telltale
