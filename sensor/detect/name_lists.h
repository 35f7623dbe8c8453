// The lists of config/names, compiled in. Names are compared without regard to ASCII case, and found by their first
// byte, so that a value that is in no list costs next to nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace telltale {

class NameList {
 public:
  // `sorted` must outlive the list.
  explicit constexpr NameList(std::span<const std::string_view> sorted) : names_(sorted) {
    for (const std::string_view name : sorted) {
      for (size_t c = static_cast<uint8_t>(name.front()) + 1U; c < first_.size(); ++c) ++first_[c];
    }
  }

  // The whole text is a name of the list.
  bool has(std::string_view text) const;
  // The text begins with a name.
  bool begins(std::string_view text) const;
  // The text begins with a name that ends at a word boundary.
  bool begins_as_word(std::string_view text) const;

  std::span<const std::string_view> names() const { return names_; }

 private:
  template <typename Fits>
  bool any(std::string_view text, Fits&& fits) const;

  std::span<const std::string_view> names_;
  std::array<uint16_t, 257> first_{};  // by first byte: where its names begin; the next one's is their end
};

namespace names {
#define LIST(name, ...) extern const NameList name;
#include "sensor/detect/name_lists.inc"
#undef LIST
}  // namespace names

}  // namespace telltale
