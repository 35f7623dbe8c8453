#include "sensor/detect/name_lists.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

#define LIST(name, ...) constexpr std::string_view name##_items[] = {__VA_ARGS__};
#include "sensor/detect/name_lists.inc"
#undef LIST

}  // namespace

namespace names {
#define LIST(name, ...) constinit const NameList name{name##_items};
#include "sensor/detect/name_lists.inc"
#undef LIST
}  // namespace names

template <typename Fits>
bool NameList::any(std::string_view text, Fits&& fits) const {
  if (text.empty()) return false;
  const auto among = [&](char first) {
    const auto c = static_cast<uint8_t>(first);
    const auto same = names_.subspan(first_[c], static_cast<size_t>(first_[c + 1U] - first_[c]));
    return std::any_of(same.begin(), same.end(), fits);
  };
  const char lower = ascii_lower(text.front());
  return among(lower) || (lower >= 'a' && lower <= 'z' && among(static_cast<char>(lower & ~0x20)));
}

bool NameList::has(std::string_view text) const {
  return any(text, [&](std::string_view name) { return iequals(text, name); });
}

bool NameList::begins(std::string_view text) const {
  return any(text, [&](std::string_view name) { return istarts_with(text, name); });
}

bool NameList::begins_as_word(std::string_view text) const {
  return any(text, [&](std::string_view name) {
    if (!istarts_with(text, name)) return false;
    return text.size() == name.size() || (!is_alpha(text[name.size()]) && !is_digit(text[name.size()]));
  });
}

}  // namespace telltale
