// Decoding of base64 with any alphabet (RFC 4648 sections 4 and 5, and those that SDKs make up).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace telltale {

class Base64Alphabet {
 public:
  // REQUIRES: 64 different characters.
  constexpr explicit Base64Alphabet(std::string_view characters) {
    for (auto& value : values_) value = kInvalid;
    for (const char space : {'\r', '\n'}) values_[static_cast<uint8_t>(space)] = kSkipped;
    values_[static_cast<uint8_t>('=')] = kPadding;
    for (size_t i = 0; i < characters.size(); ++i) {
      values_[static_cast<uint8_t>(characters[i])] = static_cast<uint8_t>(i);
    }
  }
  // `c` stands for `like` too.
  constexpr Base64Alphabet with(char c, char like) const {
    Base64Alphabet copy = *this;
    copy.values_[static_cast<uint8_t>(c)] = values_[static_cast<uint8_t>(like)];
    return copy;
  }

  static constexpr size_t kNotBase64 = static_cast<size_t>(-1);
  // Decodes `text` to `out`, which has room for text.size() * 3 / 4 + 3 bytes. Returns the number
  // of bytes written, kNotBase64 when another character occurs or something follows the padding.
  // Line breaks are passed over. A last group of one character, which is none, is left out.
  size_t decode(std::string_view text, char* out) const;

 private:
  static constexpr uint8_t kInvalid = 0xff;
  static constexpr uint8_t kSkipped = 0xfe;
  static constexpr uint8_t kPadding = 0xfd;

  std::array<uint8_t, 256> values_{};
};

inline constexpr std::string_view kBase64Characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
// Both alphabets of RFC 4648, and a space for the '+' that a form's decoding turned into one.
inline constexpr Base64Alphabet kAnyBase64 =
    Base64Alphabet(kBase64Characters).with('-', '+').with('_', '/').with(' ', '+');

}  // namespace telltale
