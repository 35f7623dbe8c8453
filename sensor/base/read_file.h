// A whole file in memory.
#pragma once

#include <string>

namespace telltale {

// Puts the content of a regular file of at most `max` bytes into `bytes`. What is wrong with it
// ("cannot be read: ..."); empty where nothing is.
[[nodiscard]] std::string read_file(const std::string& path, size_t max, std::string& bytes);

}  // namespace telltale
