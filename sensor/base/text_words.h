// Texts as words of eight bytes, to hash and compare short ones without a call, which would cost
// more than so few bytes do. Nothing beyond a text is read; its last word overlaps the one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace telltale {

inline constexpr size_t kTextWord = sizeof(uint64_t);

inline uint64_t text_word(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// All of a text shorter than a word. Two of one size have the same word only when they are the
// same.
inline uint64_t short_text_word(const char* text, size_t size) {
  if (size >= sizeof(uint32_t)) {
    uint32_t front = 0;
    uint32_t back = 0;
    std::memcpy(&front, text, sizeof front);
    std::memcpy(&back, text + size - sizeof back, sizeof back);
    return uint64_t{back} << 32 | front;
  }
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) word |= uint64_t{static_cast<uint8_t>(text[i])} << 8 * i;
  return word;
}

// Are the `size` bytes of two texts the same?
inline bool are_same_text(const char* a, const char* b, size_t size) {
  if (size < kTextWord) return short_text_word(a, size) == short_text_word(b, size);
  for (size_t at = 0; at + kTextWord < size; at += kTextWord) {
    if (text_word(a + at) != text_word(b + at)) return false;
  }
  return text_word(a + size - kTextWord) == text_word(b + size - kTextWord);
}

}  // namespace telltale
