// TextCache: what was found out about texts that come again and again, two to a set. Bounded; a
// text that is crowded out is merely asked about again. One for each thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace telltale {

template <typename Answer>
class TextCache {
 public:
  // REQUIRES: `sets` is a power of two.
  explicit TextCache(size_t sets) : slots_(kWays * sets) {}

  // What `ask()` said of `text`, now or before. Long texts are not kept.
  template <typename Ask>
  Answer find(std::string_view text, Ask&& ask) {
    if (text.empty() || text.size() > kLongest) return ask();
    const size_t sets = slots_.size() / kWays;
    Slot* const set = &slots_[kWays * (hash(text) & (sets - 1))];
    for (Slot* slot = set; slot != set + kWays; ++slot) {
      if (slot->size == text.size() && are_same(slot->text.data(), text.data(), text.size())) return slot->answer;
    }
    Slot& slot = set[turn_++ % kWays];
    slot.answer = ask();
    slot.size = static_cast<uint8_t>(text.copy(slot.text.data(), text.size()));
    return slot.answer;
  }

 private:
  static constexpr size_t kCacheLine = 64;
  static constexpr size_t kWays = 2;
  static constexpr size_t kLongest = kCacheLine - sizeof(Answer) - 1;  // makes a Slot a cache line

  struct Slot {
    Answer answer{};
    uint8_t size = 0;
    std::array<char, kLongest> text;
  };
  static_assert(sizeof(Slot) == kCacheLine);

  static uint64_t word_at(const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  // Texts of one size, less than a word's, have the same one only when they are the same.
  static uint64_t short_word(const char* text, size_t size) {
    if (size >= sizeof(uint32_t)) {
      uint32_t front;
      uint32_t back;
      std::memcpy(&front, text, sizeof front);
      std::memcpy(&back, text + size - sizeof back, sizeof back);
      return front | uint64_t{back} << 32;
    }
    const auto byte = [&](size_t at) { return uint32_t{static_cast<uint8_t>(text[at])}; };
    return byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
  }

  // Compares here, as a call costs more than so few bytes do. The last word overlaps the one before.
  static bool are_same(const char* a, const char* b, size_t size) {
    constexpr size_t kWord = sizeof(uint64_t);
    if (size < kWord) return short_word(a, size) == short_word(b, size);
    for (size_t at = 0; at + kWord < size; at += kWord) {
      if (word_at(a + at) != word_at(b + at)) return false;
    }
    return word_at(a + size - kWord) == word_at(b + size - kWord);
  }

  // By size, both ends and the middle: where that is the same for many, they crowd each other out.
  static uint64_t hash(std::string_view text) {
    constexpr size_t kWord = sizeof(uint64_t);
    uint64_t front = 0;
    uint64_t middle = 0;
    uint64_t back = 0;
    if (text.size() >= kWord) {
      front = word_at(text.data());
      middle = word_at(text.data() + (text.size() - kWord) / 2);
      back = word_at(text.data() + text.size() - kWord);
    } else {
      front = short_word(text.data(), text.size());
    }
    constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
    return ((((front ^ text.size() << 56) * kOdd ^ middle) * kOdd) ^ back) * kOdd >> 32;
  }

  std::vector<Slot> slots_;
  uint32_t turn_ = 0;
};

}  // namespace telltale
