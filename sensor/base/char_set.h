// CharSet: a set of bytes, made at compile time. What std::string_view::find_first_of() does, at
// the price of a look into a table for each byte.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace telltale {

class CharSet {
 public:
  explicit constexpr CharSet(std::string_view members) {
    for (const char c : members) has_[static_cast<uint8_t>(c)] = true;
  }

  constexpr bool has(char c) const { return has_[static_cast<uint8_t>(c)]; }

  // Where the first member at or after `at` stands; npos when there is none.
  constexpr size_t find_in(std::string_view text, size_t at = 0) const {
    for (; at < text.size(); ++at) {
      if (has(text[at])) return at;
    }
    return std::string_view::npos;
  }
  // The same of the first byte that is no member.
  constexpr size_t find_other_in(std::string_view text, size_t at = 0) const {
    for (; at < text.size(); ++at) {
      if (!has(text[at])) return at;
    }
    return std::string_view::npos;
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace telltale
