// Whole files in memory, and files put in place at once.
#pragma once

#include <string>
#include <string_view>

namespace telltale {

// The content of a regular file of at most `max` bytes. Throws GeoError that names it.
std::string read_whole_file(const std::string& path, size_t max);

// Puts a file in its place: readers see the old or the new one. Makes folders that are missing.
// Throws GeoError.
void place_database(const std::string& path, std::string_view bytes);

}  // namespace telltale
