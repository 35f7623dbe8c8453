#include "sensor/detect/flat_key.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/find_byte.h"

namespace telltale {

bool is_key_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

std::string_view naming_part(std::string_view key) {
  if (find_either(key, 0, ':', ']') == key.size()) return key;
  const size_t colon = key.rfind(':');
  if (colon != std::string_view::npos && colon + 1 < key.size()) key.remove_prefix(colon + 1);
  while (!key.empty() && key.back() == ']') {
    const size_t open = key.rfind('[');
    if (open == std::string_view::npos) break;
    const std::string_view inside = key.substr(open + 1, key.size() - open - 2);
    const bool is_list = key.find_first_of("0123456789", key.find('[')) != std::string_view::npos;
    if (!inside.empty() && !is_key_number(inside)) return is_list ? inside : key;
    key = key.substr(0, open);
  }
  return key;
}

std::string_view numbered_prefix(std::string_view key) {
  if (key.size() < 5 || key.back() != ']') return {};
  const size_t open = key.rfind('[');
  if (open == std::string_view::npos || open == 0) return {};
  const std::string_view prefix = key.substr(0, open);
  if (prefix.back() != ']' || prefix.find_first_of("0123456789", prefix.find('[')) >= prefix.size()) {
    return {};
  }
  return prefix;
}

}  // namespace telltale
