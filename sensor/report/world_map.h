// The world as an SVG: countries that data went to, and where those sit who run the servers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace telltale {

// Findings by country, ISO 3166-1 alpha-2.
using CountryCounts = std::map<std::string, uint64_t>;

// An <svg> element. Where addresses are is shown by the shade of a country, who runs the servers by
// a circle. Countries that are unknown to the map are left out.
std::string world_map(const CountryCounts& by_address, const CountryCounts& by_operator);

}  // namespace telltale
