// TextCache: what was found out about texts that come again and again, two to a set. Bounded; a
// text that is crowded out is merely asked about again. One for each thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sensor/base/text_words.h"

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
      if (slot->size != text.size()) continue;
      if (are_same_text(slot->text.data(), text.data(), text.size())) return slot->answer;
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

  // By size, both ends and the middle: where that is the same for many, they crowd each other out.
  static uint64_t hash(std::string_view text) {
    uint64_t front = 0;
    uint64_t middle = 0;
    uint64_t back = 0;
    if (text.size() >= kTextWord) {
      front = text_word(text.data());
      middle = text_word(text.data() + (text.size() - kTextWord) / 2);
      back = text_word(text.data() + text.size() - kTextWord);
    } else {
      front = short_text_word(text.data(), text.size());
    }
    constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
    return ((((front ^ text.size() << 56) * kOdd ^ middle) * kOdd) ^ back) * kOdd >> 32;
  }

  std::vector<Slot> slots_;
  uint32_t turn_ = 0;
};

}  // namespace telltale
