// Builds the body of a ClientHello (RFC 8446 section 4.1.2) for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace telltale::test {

inline std::string be16(size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
inline std::string sized8(const std::string& body) { return static_cast<char>(body.size()) + body; }
inline std::string sized16(const std::string& body) { return be16(body.size()) + body; }
inline std::string numbers16(const std::vector<int>& values) {
  std::string out;
  for (const int value : values) out += be16(static_cast<size_t>(value));
  return out;
}

struct HelloBuilder {
  int version = 0x0303;
  std::vector<int> suites;
  std::vector<std::pair<int, std::string>> extensions;
  bool has_extensions = true;

  HelloBuilder& add(int type, std::string data = {}) {
    extensions.emplace_back(type, std::move(data));
    return *this;
  }
  HelloBuilder& add_host(const std::string& host) {
    return add(0, sized16(std::string(1, '\0') + sized16(host)));
  }
  HelloBuilder& add_alpn(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += sized8(name);
    return add(16, sized16(list));
  }
  std::string body() const {
    std::string out = be16(static_cast<size_t>(version)) + std::string(32, 'r') +
                      sized8("session") + sized16(numbers16(suites)) + sized8(std::string(1, '\0'));
    if (!has_extensions) return out;
    std::string list;
    for (const auto& [type, data] : extensions)
      list += be16(static_cast<size_t>(type)) + sized16(data);
    return out + sized16(list);
  }
};

}  // namespace telltale::test
