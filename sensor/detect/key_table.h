// Which families a key name belongs to, and how surely: the names of config/keys/*.yaml, compiled in.
//
// A key is normalised (key_norm.h) and matched whole, or by its last words: deviceImei is an imei. What
// stands before the match decides how far it is believed: words of one's own (device, user, my) keep the
// strength, foreign ones (store, server, bounds) undo the match, others weaken it unless the family is
// specific. All suffixes that begin a word are hashed in one pass from the end, so a key costs one probe a
// word and no allocation.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace telltale {

enum class KeyFamily : uint8_t {
#define FAMILY(name, flags) name,
#include "sensor/detect/key_families.inc"
#undef FAMILY
  count_
};
inline constexpr size_t kKeyFamilyCount = static_cast<size_t>(KeyFamily::count_);

std::string_view name_of(KeyFamily family);
bool is_specific(KeyFamily family);
bool is_believed_in_text(KeyFamily family);

// A set of families.
class KeyFamilies {
 public:
  KeyFamilies() = default;
  KeyFamilies(std::initializer_list<KeyFamily> families) {
    for (const KeyFamily family : families) add(family);
  }
  void add(KeyFamily family) { words_[index(family)] |= bit(family); }
  void add(const KeyFamilies& other) {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
  }
  void remove(const KeyFamilies& other) {
    words_[0] &= ~other.words_[0];
    words_[1] &= ~other.words_[1];
  }
  KeyFamilies common_with(const KeyFamilies& other) const {
    KeyFamilies both;
    both.words_ = {words_[0] & other.words_[0], words_[1] & other.words_[1]};
    return both;
  }
  bool has(KeyFamily family) const { return (words_[index(family)] & bit(family)) != 0; }
  bool has_any(const KeyFamilies& other) const {
    return ((words_[0] & other.words_[0]) | (words_[1] & other.words_[1])) != 0;
  }
  // How many of `other` are in here.
  int count_of(const KeyFamilies& other) const {
    return std::popcount(words_[0] & other.words_[0]) + std::popcount(words_[1] & other.words_[1]);
  }
  bool empty() const { return (words_[0] | words_[1]) == 0; }

 private:
  static_assert(kKeyFamilyCount <= 128);
  static size_t index(KeyFamily family) { return static_cast<size_t>(family) / 64; }
  static uint64_t bit(KeyFamily family) { return uint64_t{1} << (static_cast<size_t>(family) % 64); }
  std::array<uint64_t, 2> words_{};
};

enum class KeyStrength : uint8_t { weak, strong };

struct KeyMatch {
  KeyFamily family = KeyFamily::count_;
  KeyStrength strength = KeyStrength::weak;
};

// What one name means; lives as long as its table.
struct KeyEntry {
  std::span<const KeyMatch> matches;
  KeyFamilies all;
  KeyFamilies strong;
};

// What a key means: an entry of the table, and whether unknown words stand before the match.
struct KeyMeaning {
  const KeyEntry* entry = nullptr;
  bool weakened = false;

  bool empty() const { return entry == nullptr; }
  std::span<const KeyMatch> matches() const {
    return entry == nullptr ? std::span<const KeyMatch>() : entry->matches;
  }
  bool has(KeyFamily family) const { return entry != nullptr && entry->all.has(family); }
  bool is_strong(KeyFamily family) const {
    return entry != nullptr && entry->strong.has(family) && (!weakened || is_specific(family));
  }
  KeyStrength strength(const KeyMatch& match) const {
    return weakened && !is_specific(match.family) ? KeyStrength::weak : match.strength;
  }
  KeyFamilies families() const { return entry == nullptr ? KeyFamilies() : entry->all; }
  KeyFamilies strong_families() const { return weakened ? specific_families() : container_families(); }
  // Those that are strong where nothing stands before them; enough for what holds others.
  KeyFamilies container_families() const { return entry == nullptr ? KeyFamilies() : entry->strong; }

 private:
  KeyFamilies specific_families() const;
};

// One line of the compiled data: a normalised name in one family.
struct KeyName {
  std::string_view name;
  KeyMatch match;
};

// Words that may stand before a name and say whose value it is; those for the device also behind it.
struct QualifierWords {
  std::span<const std::string_view> own;
  std::span<const std::string_view> device;
  std::span<const std::string_view> foreign;
  size_t size() const { return own.size() + device.size() + foreign.size(); }
};

class KeyTable {
 public:
  // The names of config/keys.
  static KeyTable shipped();
  // The words of config/values, which stand as values.
  static KeyTable shipped_values();
  // `names` and `words` must outlive the table.
  KeyTable(std::span<const KeyName> names, const QualifierWords& words);

  KeyMeaning find(std::string_view key) const;
  size_t size() const { return names_; }

 private:
  enum class Word : uint8_t { none, own, device, foreign };
  struct Slot {
    std::string_view name;
    KeyEntry entry;
    Word word = Word::none;
  };
  Slot& slot_for(std::string_view name);
  const Slot* slot(std::string_view name, uint64_t hash) const;
  KeyMeaning find_normal(std::string_view name, uint64_t word_starts) const;
  KeyMeaning find_before_device(std::string_view name, uint64_t word_starts) const;
  Word word_before(std::string_view words, uint64_t word_starts) const;

  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
  // Of each slot a few bits of its name's hash, 0 where it is empty. Most of what is asked is no name, and
  // these tell so without a look at the slots, which are too large to stay in a near cache.
  std::vector<uint8_t> tags_;
  std::vector<KeyMatch> matches_;
  size_t names_ = 0;
};

}  // namespace telltale
