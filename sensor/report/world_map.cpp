#include "sensor/report/world_map.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "config/embedded.h"

namespace telltale {

std::span<const EmbeddedFile> report_files();  // world.txt

namespace {

struct Country {
  std::string_view code;
  std::string_view middle;  // "506,121"
  std::string_view path;
};

std::string_view take(std::string_view& text, char end) {
  const size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::string_view world_text() {
  for (const EmbeddedFile& file : report_files()) {
    if (file.name == "world.txt") return file.text;
  }
  return {};
}

std::vector<Country> all_countries() {
  std::vector<Country> countries;
  std::string_view text = world_text();
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    if (line.empty() || line.front() == '#') continue;
    const std::string_view code = take(line, '\t');
    const std::string_view middle = take(line, '\t');
    countries.push_back({code, middle, line});
  }
  return countries;
}

uint64_t most(const CountryCounts& counts) {
  uint64_t most = 1;
  for (const auto& [code, count] : counts) most = std::max(most, count);
  return most;
}

// 0..1; a hundredth of the most is still seen.
double strength(uint64_t count, uint64_t most) {
  return std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most));
}

uint64_t count_of(const CountryCounts& counts, std::string_view code) {
  const auto found = counts.find(std::string(code));
  return found == counts.end() ? 0 : found->second;
}

std::string circle(const Country& country, double radius, const char* kind) {
  std::string_view middle = country.middle;
  const std::string_view x = take(middle, ',');
  return fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{:.1f}\"/>", kind, x, middle,
                     radius);
}

}  // namespace

std::string world_map(const CountryCounts& by_address, const CountryCounts& by_operator) {
  static const std::vector<Country> kCountries = all_countries();
  const uint64_t most_address = most(by_address);
  const uint64_t most_operator = most(by_operator);
  std::string land;
  std::string marks;
  for (const Country& country : kCountries) {
    const uint64_t here = count_of(by_address, country.code);
    const uint64_t run = count_of(by_operator, country.code);
    if (!country.path.empty()) {
      const std::string shade = here == 0 ? ""
                                          : fmt::format(" class=\"to\" fill-opacity=\"{:.2f}\"",
                                                        0.35 + 0.65 * strength(here, most_address));
      land += fmt::format("<path{} d=\"{}\"/>", shade, country.path);
    } else if (here > 0) {
      marks += circle(country, 4, "to");
    }
    if (run > 0) marks += circle(country, 4 + 8 * strength(run, most_operator), "by");
  }
  return fmt::format(
      "<svg class=\"map\" viewBox=\"0 0 1000 460\" role=\"img\" aria-label=\"World map of the "
      "countries that data went to; the table below says the same\"><g>{}</g>{}</svg>",
      land, marks);
}

}  // namespace telltale
