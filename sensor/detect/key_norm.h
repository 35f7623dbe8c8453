// Key names in one spelling, so that deviceImei, device_imei, X-Device-IMEI and device[imei] compare equal.
//
// Lower case, separators dropped, Latin letters without their accents (Turkish, Vietnamese and Czech keys
// come with and without), other scripts as they are but for case. Where a word begins is remembered, so
// that `imei` is found in `deviceimei` as a word and not in any text that happens to end so.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace telltale {

struct NormalKey {
  static constexpr size_t kCapacity = 64;  // longer keys name nothing we know
  std::array<char, kCapacity> text;
  size_t size = 0;
  uint64_t word_starts = 0;  // bit i: a word begins at text[i]

  std::string_view view() const { return {text.data(), size}; }
  bool word_starts_at(size_t i) const { return (word_starts >> i & 1) != 0; }
};

// `key` of more than NormalKey::kCapacity bytes, separators dropped, gives an empty NormalKey.
void normalise_key(std::string_view key, NormalKey& out);

}  // namespace telltale
