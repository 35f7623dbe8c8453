// Members of JSON that was written by us, found by their JSON pointer (RFC 6901): what is missing
// or of another kind is empty, 0 or false. Only for who links simdjson.
#pragma once

#include <cstdint>
#include <string_view>

#include <simdjson.h>

namespace telltale {

// Valid as long as the document.
inline std::string_view text_at(simdjson::dom::element from, std::string_view pointer) {
  std::string_view text;
  return from.at_pointer(pointer).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

inline uint64_t number_at(simdjson::dom::element from, std::string_view pointer) {
  uint64_t number = 0;
  return from.at_pointer(pointer).get(number) == simdjson::SUCCESS ? number : 0;
}

inline double real_at(simdjson::dom::element from, std::string_view pointer) {
  double number = 0;
  return from.at_pointer(pointer).get(number) == simdjson::SUCCESS ? number : 0;
}

inline bool flag_at(simdjson::dom::element from, std::string_view pointer) {
  bool flag = false;
  return from.at_pointer(pointer).get(flag) == simdjson::SUCCESS && flag;
}

}  // namespace telltale
