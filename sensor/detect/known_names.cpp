#include "sensor/detect/known_names.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/name_lists.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {

bool is_phone_maker(std::string_view name) { return names::phone_makers.has(trim(name)); }
bool is_car_maker(std::string_view name) { return names::car_makers.has(trim(name)); }
bool is_network_operator(std::string_view name) {
  name = trim(name);
  if (names::network_operators.begins_as_word(name)) return true;
  // Behind the country, as SIM cards say it: IR-MCI, IND airtel, UA-KYIVSTAR.
  const size_t end = name.find_first_of(" -_");
  if (end < 2 || end > 3) return false;
  return names::network_operators.begins_as_word(trim(name.substr(end + 1)));
}
bool is_courier(std::string_view name) { return names::couriers.begins_as_word(trim(name)); }

bool is_language_model(std::string_view name) {
  const size_t slash = name.rfind('/');  // openai/gpt-4o
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return names::language_models.begins(name);
}

bool looks_like_device_model(std::string_view name) {
  if (name.size() < 3 || name.size() > 40) return false;
  const bool has_letter = std::any_of(name.begin(), name.end(), [](char c) { return is_alpha(c); });
  if (!has_letter) return false;
  if (names::device_lines.begins(name)) return true;
  if (name.size() < 4 || name.find(' ') != std::string_view::npos) return false;
  const size_t digits = count_digits(name);
  const auto upper = static_cast<size_t>(
      std::count_if(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  const bool has_form = (digits >= 2 && upper >= 2) ||
                        (digits >= 1 && upper >= 3 && name.find('-') != std::string_view::npos);
  return has_form && !is_language_model(name);
}

}  // namespace telltale
