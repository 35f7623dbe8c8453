// Hand-made DNS messages.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/proto/wire.h"

namespace telltale::test {

inline std::string name(std::string_view text) {
  std::string wire;
  while (!text.empty()) {
    const size_t dot = std::min(text.find('.'), text.size());
    wire += static_cast<char>(dot);
    wire += text.substr(0, dot);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return wire + '\0';
}
inline std::string header(size_t flags, size_t questions, size_t answers) {
  return be16(7) + be16(flags) + be16(questions) + be16(answers) + be16(0) + be16(0);
}
inline std::string question(std::string_view of, size_t type) {
  return name(of) + be16(type) + be16(1);
}
inline std::string record(const std::string& owner, size_t type, const std::string& data,
                          size_t ttl = 60) {
  return owner + be16(type) + be16(1) + be16(0) + be16(ttl) + be16(data.size()) + data;
}
inline const std::string kPointer = "\xc0\x0c";  // to the question

}  // namespace telltale::test
