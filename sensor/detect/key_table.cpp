#include "sensor/detect/key_table.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/key_norm.h"

namespace telltale {
namespace {

enum Flags : uint8_t { kNone = 0, kSpecific = 1, kInText = 2 };

struct FamilyInfo {
  std::string_view name;
  int flags;
};

constexpr std::array<FamilyInfo, kKeyFamilyCount> kFamilies = {{
#define FAMILY(name, flags) {#name, flags},
#include "sensor/detect/key_families.inc"
#undef FAMILY
}};

constexpr KeyName kShippedNames[] = {
#define KEY(family, strength, name) {name, {KeyFamily::family, KeyStrength::strength}},
#define OWN_WORD(word)
#define DEVICE_WORD(word)
#define FOREIGN_WORD(word)
#include "sensor/detect/key_names.inc"
#undef OWN_WORD
#undef KEY
};
constexpr std::string_view kOwnWords[] = {
#define KEY(family, strength, name)
#define OWN_WORD(word) word,
#include "sensor/detect/key_names.inc"
#undef DEVICE_WORD
#undef OWN_WORD
};
constexpr std::string_view kDeviceWords[] = {
#define OWN_WORD(word)
#define DEVICE_WORD(word) word,
#include "sensor/detect/key_names.inc"
#undef FOREIGN_WORD
#undef DEVICE_WORD
};
constexpr std::string_view kForeignWords[] = {
#define DEVICE_WORD(word)
#define FOREIGN_WORD(word) word,
#include "sensor/detect/key_names.inc"
#undef FOREIGN_WORD
#undef DEVICE_WORD
#undef OWN_WORD
#undef KEY
};
constexpr KeyName kValueWords[] = {
#define KEY(family, strength, name) {name, {KeyFamily::family, KeyStrength::strength}},
#include "sensor/detect/value_words.inc"
#undef KEY
};

// FNV-1a from the last byte to the first. Names are ours, so it need not be keyed; a probe compares.
constexpr uint64_t kHashStart = 0xcbf29ce484222325;
constexpr uint64_t hash_step(uint64_t hash, char c) {
  return (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
}
uint64_t hash_backwards(std::string_view text) {
  uint64_t hash = kHashStart;
  for (size_t i = text.size(); i-- > 0;) hash = hash_step(hash, text[i]);
  return hash;
}
size_t slot_of(uint64_t hash, size_t mask) { return (hash ^ hash >> 32) & mask; }
uint8_t tag_of(uint64_t hash) { return static_cast<uint8_t>(hash >> 24 | 1); }

// How many digits at the end only count: imei1, sim_2, but not the 7 of latitudeE7 (it is in the table).
size_t index_digits(std::string_view name) {
  size_t count = 0;
  while (count < name.size() && count < 4 && is_digit(name[name.size() - 1 - count])) ++count;
  return count < name.size() ? count : 0;
}

}  // namespace

std::string_view name_of(KeyFamily family) { return kFamilies[static_cast<size_t>(family)].name; }
bool is_specific(KeyFamily family) {
  return (kFamilies[static_cast<size_t>(family)].flags & kSpecific) != 0;
}
bool is_believed_in_text(KeyFamily family) {
  return (kFamilies[static_cast<size_t>(family)].flags & kInText) != 0;
}

// Those that are strong though unknown words stand before them.
KeyFamilies KeyMeaning::specific_families() const {
  KeyFamilies strong;
  for (const KeyMatch& match : matches()) {
    if (strength(match) == KeyStrength::strong) strong.add(match.family);
  }
  return strong;
}

KeyTable KeyTable::shipped() {
  return KeyTable(kShippedNames, {kOwnWords, kDeviceWords, kForeignWords});
}
KeyTable KeyTable::shipped_values() { return KeyTable(kValueWords, {}); }

KeyTable::KeyTable(std::span<const KeyName> names, const QualifierWords& words)
    : slots_(std::bit_ceil(2 * (names.size() + words.size()) + 2)), tags_(slots_.size()) {
  std::vector<KeyName> sorted(names.begin(), names.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const KeyName& a, const KeyName& b) { return a.name < b.name; });
  matches_.reserve(sorted.size());  // spans into it must stay
  for (size_t i = 0; i < sorted.size();) {
    const std::string_view name = sorted[i].name;
    const size_t begin = i;
    for (; i < sorted.size() && sorted[i].name == name; ++i) matches_.push_back(sorted[i].match);
    KeyEntry& entry = slot_for(name).entry;
    entry.matches = {&matches_[begin], i - begin};
    for (const KeyMatch& match : entry.matches) {
      entry.all.add(match.family);
      if (match.strength == KeyStrength::strong) entry.strong.add(match.family);
    }
    ++names_;
  }
  for (const std::string_view word : words.own) slot_for(word).word = Word::own;
  for (const std::string_view word : words.device) slot_for(word).word = Word::device;
  for (const std::string_view word : words.foreign) slot_for(word).word = Word::foreign;
}

KeyTable::Slot& KeyTable::slot_for(std::string_view name) {
  const size_t mask = slots_.size() - 1;
  const uint64_t hash = hash_backwards(name);
  size_t at = slot_of(hash, mask);
  while (tags_[at] != 0 && slots_[at].name != name) at = (at + 1) & mask;
  slots_[at].name = name;
  tags_[at] = tag_of(hash);
  return slots_[at];
}

const KeyTable::Slot* KeyTable::slot(std::string_view name, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  const uint8_t tag = tag_of(hash);
  for (size_t at = slot_of(hash, mask); tags_[at] != 0; at = (at + 1) & mask) {
    if (tags_[at] == tag && slots_[at].name == name) return &slots_[at];
  }
  return nullptr;
}

// What the words before a match say of whose value it is: foreign if any is, own if all are.
KeyTable::Word KeyTable::word_before(std::string_view words, uint64_t word_starts) const {
  // Scripts without spaces have a word of several letters that may each begin one.
  if (const Slot* whole = slot(words, hash_backwards(words)); whole != nullptr) {
    if (whole->word != Word::none) return whole->word;
  }
  Word all = Word::own;
  size_t end = words.size();
  for (size_t i = words.size(); i-- > 0;) {
    if ((word_starts >> i & 1) == 0) continue;
    std::string_view word = words.substr(i, end - i);
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    end = i;
    if (word.empty()) continue;
    const Slot* known = slot(word, hash_backwards(word));
    if (known != nullptr && known->word == Word::foreign) return Word::foreign;
    if (known == nullptr || known->word == Word::none) all = Word::none;
  }
  return all;
}

KeyMeaning KeyTable::find_normal(std::string_view name, uint64_t word_starts) const {
  const Slot* longest = nullptr;
  uint64_t hash = kHashStart;
  for (size_t i = name.size(); i-- > 0;) {
    hash = hash_step(hash, name[i]);
    if ((word_starts >> i & 1) == 0 && i > 0) continue;
    // One letter of a script without spaces says too little at the end of a word (文件名 is no 名).
    const bool is_one_letter = i > 0 && name.size() - i <= 3 && static_cast<uint8_t>(name[i]) >= 0xe0;
    if (is_one_letter) continue;
    const Slot* found = slot(name.substr(i), hash);
    if (found != nullptr && !found->entry.matches.empty()) longest = found;
  }
  if (longest == nullptr) return {};
  KeyMeaning meaning{&longest->entry, false};
  const size_t before = name.size() - longest->name.size();
  if (before > 0) {
    const Word word = word_before(name.substr(0, before), word_starts);
    if (word == Word::foreign) return {};
    meaning.weakened = word == Word::none;
  }
  return meaning;
}

// "modele_telephone", "latitude_device": many languages name the thing behind the value.
KeyMeaning KeyTable::find_before_device(std::string_view name, uint64_t word_starts) const {
  for (size_t i = name.size(); i-- > 1;) {
    if ((word_starts >> i & 1) == 0) continue;
    const std::string_view word = name.substr(i);
    const Slot* known = slot(word, hash_backwards(word));
    if (known == nullptr || known->word != Word::device) continue;
    const KeyMeaning meaning = find_normal(name.substr(0, i), word_starts);
    if (!meaning.empty()) return meaning;
  }
  return {};
}

KeyMeaning KeyTable::find(std::string_view key) const {
  NormalKey normal;
  normalise_key(key, normal);
  const std::string_view name = normal.view();
  if (name.empty()) return {};
  const KeyMeaning meaning = find_normal(name, normal.word_starts);
  if (!meaning.empty()) return meaning;
  const size_t digits = index_digits(name);
  if (digits == 0) return find_before_device(name, normal.word_starts);
  return find_normal(name.substr(0, name.size() - digits), normal.word_starts);
}

}  // namespace telltale
