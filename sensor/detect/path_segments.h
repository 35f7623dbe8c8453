// The segments of a request's path: what they announce of the whole request (/account/create, /contacts/sync).
#pragma once

#include <algorithm>
#include <string_view>

#include "sensor/base/find_byte.h"
#include "sensor/detect/key_table.h"

namespace telltale {

// Families that a path may announce; words such as "shop" are in every path of a shop's app.
inline const KeyFamilies& path_families() {
  static const KeyFamilies kFamilies = {KeyFamily::owner_context,    KeyFamily::contact_container,
                                        KeyFamily::call_container,   KeyFamily::wifi_container,
                                        KeyFamily::cell_container,   KeyFamily::app_container,
                                        KeyFamily::learning_context, KeyFamily::business_context};
  return kFamilies;
}

// Calls `f(segment)` for the first 32 segments that are not empty.
template <typename F>
void for_each_segment(std::string_view path, F&& f) {
  constexpr size_t kMostSegments = 32;
  for (size_t at = 0, count = 0; at < path.size() && count < kMostSegments; ++count) {
    const size_t end = find_either(path, at, '/', ';');
    if (end > at) f(path.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace telltale
