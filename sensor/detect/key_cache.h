// The meanings of keys seen lately. The same few hundred keys come again and again, in the rows of one list and
// from message to message; looking one up here costs a comparison, in the table a normalisation and a probe for
// each word. One for each worker; bounded, and a key that is crowded out is merely looked up again.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "sensor/detect/flat_key.h"
#include "sensor/detect/key_table.h"

namespace telltale {

class KeyCache {
 public:
  // `keys` must outlive it.
  explicit KeyCache(const KeyTable& keys) : keys_(keys), slots_(kWays << kSetBits) {}

  KeyMeaning find(std::string_view key) {
    return look_up(key, false, [](std::string_view whole) { return whole; });
  }
  // Of the part of a structured key that names its value (flat_key.h).
  KeyMeaning find_naming_part(std::string_view key) { return look_up(key, true, naming_part); }

 private:
  template <typename Part>
  KeyMeaning look_up(std::string_view key, bool by_part, Part&& part_of) {
    if (key.empty()) return {};
    if (key.size() > kLongestKey) return keys_.find(part_of(key));
    Slot* const set = &slots_[kWays * set_of(key)];
    for (Slot* slot = set; slot != set + kWays; ++slot) {
      if (slot->by_part == by_part && slot->view() == key) return slot->meaning;
    }
    Slot& slot = set[turn_++ % kWays];
    slot.fill(key, keys_.find(part_of(key)));
    slot.by_part = by_part;
    return slot.meaning;
  }

  static constexpr size_t kWays = 2;
  static constexpr int kSetBits = 10;
  static constexpr size_t kLongestKey = 46;  // makes a Slot a cache line

  struct Slot {
    KeyMeaning meaning;
    uint8_t size = 0;
    bool by_part = false;
    std::array<char, kLongestKey> text;

    std::string_view view() const { return {text.data(), size}; }
    void fill(std::string_view key, KeyMeaning found) {
      meaning = found;
      size = static_cast<uint8_t>(key.copy(text.data(), key.size()));
    }
  };

  // By size and both ends.
  static size_t set_of(std::string_view key) {
    uint32_t front = 0;
    uint32_t back = 0;
    if (key.size() >= sizeof front) {
      std::memcpy(&front, key.data(), sizeof front);
      std::memcpy(&back, key.data() + key.size() - sizeof back, sizeof back);
    } else {
      for (const char c : key) front = front << 8 | static_cast<uint8_t>(c);
    }
    const uint64_t ends = uint64_t{front} << 32 | back;
    return (ends ^ key.size() << 56) * 0x9e3779b97f4a7c15 >> (64 - kSetBits);
  }

  const KeyTable& keys_;
  std::vector<Slot> slots_;
  uint32_t turn_ = 0;
};

}  // namespace telltale
