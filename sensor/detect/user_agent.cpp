#include "sensor/detect/user_agent.h"

#include <algorithm>
#include <array>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

// What stands in user agents of devices that say no model; the more special first.
constexpr std::array<std::string_view, 12> kKinds = {"iPhone",        "iPad",     "iPod",
                                                     "AppleTV",       "Apple TV", "PlayStation 5",
                                                     "PlayStation 4", "Xbox",     "Nintendo Switch",
                                                     "Roku",          "SmartTV",  "SMART-TV"};

}  // namespace

std::string_view model_in_user_agent(std::string_view agent) {
  const size_t android = agent.find("Android ");
  if (android == std::string_view::npos) return {};
  const size_t with_build = agent.find(" Build/", android);
  if (with_build != std::string_view::npos) {  // a model may have brackets: moto g(60)
    const std::string_view before = agent.substr(android, with_build - android);
    const size_t semicolon = before.rfind(';');
    return semicolon == std::string_view::npos ? std::string_view()
                                               : trim(before.substr(semicolon + 1));
  }
  size_t begin = agent.find(';', android);
  const size_t close = agent.find(')', android);
  while (begin != std::string_view::npos && begin < close) {
    size_t end = std::min(agent.find_first_of(";)", begin + 1), agent.size());
    std::string_view part = trim(agent.substr(begin + 1, end - begin - 1));
    const bool is_locale = part.size() == 5 && (part[2] == '-' || part[2] == '_');
    const bool is_kind =
        part == "Mobile" || part == "Tablet" || part.starts_with("rv:") || part.starts_with("U;");
    // Chromium's reduced form says "K"; what else stands there is a model.
    const bool is_code =
        count_digits(part) > 0 && part.find(' ') == std::string_view::npos && part.size() >= 4;
    if (part.size() > 2 && !is_locale && !is_kind && (is_code || looks_like_device_model(part)))
      return part;
    if (end == agent.size() || agent[end] == ')') break;
    begin = end;
  }
  return {};
}

std::string_view device_in_user_agent(std::string_view agent) {
  const std::string_view model = model_in_user_agent(agent);
  if (!model.empty()) return model;
  for (const std::string_view kind : kKinds) {
    if (agent.find(kind) != std::string_view::npos) return kind;
  }
  return {};
}

}  // namespace telltale
