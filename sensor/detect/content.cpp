#include "sensor/detect/content.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sensor/base/encoding.h"
#include "sensor/detect/text_scan.h"

namespace telltale {
namespace {

constexpr size_t kLongestValue = 1024;  // longer ones are texts
constexpr size_t kShortestText = 8;
constexpr size_t kUsualItems = 512;
constexpr uint32_t kMostLabelled = 8;  // items of a group that may be a labelled pair

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

// The part of a key that names its value: behind a namespace prefix, and the last part in brackets of a
// list that is flattened into a form ("contacts[0][name]", "phones[]").
std::string_view naming_part(std::string_view key) {
  const size_t colon = key.rfind(':');
  if (colon != std::string_view::npos && colon + 1 < key.size()) key.remove_prefix(colon + 1);
  while (!key.empty() && key.back() == ']') {
    const size_t open = key.rfind('[');
    if (open == std::string_view::npos) break;
    const std::string_view inside = key.substr(open + 1, key.size() - open - 2);
    const bool is_list = key.find_first_of("0123456789", key.find('[')) != std::string_view::npos;
    if (!inside.empty() && !is_number(inside)) return is_list ? inside : key;
    key = key.substr(0, open);
  }
  return key;
}

// "contacts[0]" of "contacts[0][name]"; empty when the key has no numbered part before its last one.
std::string_view numbered_prefix(std::string_view key) {
  if (key.size() < 5 || key.back() != ']') return {};
  const size_t open = key.rfind('[');
  if (open == std::string_view::npos || open == 0) return {};
  const std::string_view prefix = key.substr(0, open);
  if (prefix.back() != ']' || prefix.find_first_of("0123456789", prefix.find('[')) >= prefix.size()) {
    return {};
  }
  return prefix;
}

}  // namespace

// Fills a Content.
class ContentBuilder {
 public:
  ContentBuilder(Content& content, const KeyTable& keys, const Limits& limits)
      : content_(content), keys_(keys), limits_(limits), fields_(content.message_.fields.all()) {}

  void build() {
    read_keys();
    for (FieldId id = 0; id < fields_.size(); ++id) {
      if (is_plain_leaf(id)) add_leaf(id);
    }
    read_labels();
    for (const FieldId id : content_.texts_) scan_text(id);
    sort_hits();
  }

 private:
  void read_keys() {
    const size_t count = fields_.size();
    meaning_.resize(count);
    opened_.resize(count);
    content_.above_.resize(count);
    content_.group_in_.assign(count, kNoIndex);
    content_.rows_.resize(count);
    content_.items_.reserve(std::min<size_t>(count, kUsualItems));
    last_row_.assign(count, kNoField);
    for (FieldId id = 0; id < count; ++id) {
      const Field& field = fields_[id];
      if (field.parent == kNoField) continue;
      const bool inherits = field.step == Step::decoded || field.step == Step::element;
      meaning_[id] = inherits ? meaning_[field.parent] : meaning_of(field.key);
      content_.above_[id] = content_.above_[field.parent];
      if (!inherits) content_.above_[id].add(meaning_[id].container_families());
      if (field.step == Step::decoded) continue;
      if (!opened_[field.parent]) note_row(field.parent);
      opened_[field.parent] = true;
    }
  }

  // Rows repeat their keys, so the latest meanings are kept.
  KeyMeaning meaning_of(std::string_view key) {
    if (key.empty()) return {};
    uint64_t ends = 0;
    std::memcpy(&ends, key.data(), std::min<size_t>(key.size(), 4));
    if (key.size() >= 4) std::memcpy(reinterpret_cast<char*>(&ends) + 4, key.data() + key.size() - 4, 4);
    const uint64_t hash = (ends ^ key.size() << 56) * 0x9e3779b97f4a7c15;
    Remembered& slot = remembered_[hash >> (64 - kRememberedBits)];
    if (slot.key != key) slot = {key, keys_.find(naming_part(key))};
    return slot.meaning;
  }

  // `id` turned out to hold something: it is a row of what holds it, if the one before was of its kind.
  void note_row(FieldId id) {
    content_.present_.add(meaning_[id].families());
    const FieldId owner = owner_of(id);
    const FieldId list = fields_[owner].parent;
    if (list == kNoField) return;
    const FieldId before = last_row_[list];
    last_row_[list] = owner;
    if (before == kNoField || are_alike(fields_[before], fields_[owner])) ++content_.rows_[list];
  }

  static bool are_alike(const Field& a, const Field& b) {
    return (a.step == Step::element && b.step == Step::element) || a.key == b.key ||
           (is_number(a.key) && is_number(b.key));
  }

  // What a decoded value was wrapped in; the field itself otherwise.
  FieldId owner_of(FieldId id) const {
    while (fields_[id].step == Step::decoded) id = fields_[id].parent;
    return id;
  }

  bool is_plain_leaf(FieldId id) const {
    const Field& field = fields_[id];
    if (opened_[id]) return false;
    return field.kind == FieldKind::text || field.kind == FieldKind::number ||
           field.kind == FieldKind::binary;
  }

  void add_leaf(FieldId id) {
    const Field& field = fields_[id];
    if (field.kind != FieldKind::number && field.value.size() >= kShortestText) {
      content_.texts_.push_back(id);
    }
    if (field.truncated || field.kind == FieldKind::binary) return;
    const std::string_view value = trim(field.value);
    if (value.empty() || value.size() > kLongestValue) return;
    const FieldId owner = owner_of(id);
    const FieldId container = fields_[owner].parent;
    if (container == kNoField) return;
    const std::string_view key =
        fields_[owner].step == Step::element ? std::string_view{} : fields_[owner].key;
    const uint32_t group = structured_group(container, numbered_prefix(key));
    add_item({key, value, meaning_[id], id, group, kNoIndex, false});
  }

  uint32_t structured_group(FieldId container, std::string_view prefix) {
    if (!prefix.empty()) {
      if (container == prefix_container_ && prefix == prefix_) return prefix_group_;
      prefix_container_ = container;
      prefix_ = prefix;
      prefix_group_ = add_group({container, container});
      ++content_.rows_[container];
      const KeyMeaning meaning = keys_.find(prefix.substr(0, prefix.find('[')));
      content_.above_[container].add(meaning.container_families());
      return prefix_group_;
    }
    uint32_t& group = content_.group_in_[container];
    if (group == kNoIndex) {
      const FieldId list = fields_[owner_of(container)].parent;
      group = add_group({container, list == kNoField ? container : list});
    }
    return group;
  }

  uint32_t add_group(const Group& group) {
    content_.groups_.push_back(group);
    return static_cast<uint32_t>(content_.groups_.size() - 1);
  }

  void add_item(const Item& item) {
    Group& group = content_.groups_[item.group];
    const auto index = static_cast<uint32_t>(content_.items_.size());
    if (group.first == kNoIndex) {
      group.first = index;
    } else {
      content_.items_[group.last].next = index;
    }
    group.last = index;
    ++group.size;
    note_families(group, item.meaning);
    content_.items_.push_back(item);
  }

  static void note_families(Group& group, const KeyMeaning& meaning) {
    const KeyFamilies strong = meaning.strong_families();
    group.families.add(meaning.families());
    group.repeated.add(group.strong.common_with(strong));
    group.strong.add(strong);
  }

  // {"key": "imei", "value": "..."}, ["imei", "..."], <p name="imei" value="..."/>, protobuf 1: "imei" 2: "...".
  void read_labels() {
    for (Group& group : content_.groups_) {
      if (group.size < 2 || group.size > kMostLabelled) continue;
      const Item* label = nullptr;
      KeyMeaning meaning;
      for (uint32_t i = group.first; i != kNoIndex; i = content_.items_[i].next) {
        Item& item = content_.items_[i];
        if (label == nullptr) {
          if (!may_be(item, KeyFamily::label)) continue;
          meaning = keys_.find(item.value);
          if (!meaning.empty() && !meaning.weakened) label = &item;
        } else if (may_be(item, KeyFamily::labelled_value)) {
          item.key = label->value;
          item.meaning = meaning;
          note_families(group, meaning);
          break;
        }
      }
    }
  }

  static bool may_be(const Item& item, KeyFamily role) {
    return is_number(item.key) || item.meaning.has(role);
  }

  void scan_text(FieldId id) {
    uint32_t group = kNoIndex;
    TextScanner scanner(fields_[id].value, fields_[id].truncated);
    for (KeyedText found; scanner.next(found);) {
      const KeyMeaning meaning = keys_.find(found.key);
      if (!is_believed(meaning)) continue;
      if (text_items_ == limits_.max_text_items) {
        content_.capped_ = true;
        return;
      }
      ++text_items_;
      const bool repeats = group != kNoIndex &&
                           content_.groups_[group].families.has(meaning.matches().front().family);
      if (group == kNoIndex || repeats) {
        Group fresh{id, id};
        fresh.in_text = true;
        group = add_group(fresh);
      }
      const std::string_view value =
          meaning.has(KeyFamily::lat_lon) ? scanner.rest_of_line(found) : found.value;
      add_item({found.key, value, meaning, id, group, kNoIndex, true});
    }
  }

  static bool is_believed(const KeyMeaning& meaning) {
    return !meaning.weakened &&
           std::any_of(meaning.matches().begin(), meaning.matches().end(),
                       [](const KeyMatch& match) { return is_believed_in_text(match.family); });
  }

  void sort_hits() {
    std::vector<uint32_t>& first = content_.first_hit_;
    first.assign(kKeyFamilyCount + 1, 0);
    for (const Item& item : content_.items_) {
      for (const KeyMatch& match : item.meaning.matches()) {
        content_.present_.add(match.family);
        ++first[static_cast<size_t>(match.family) + 1];
      }
    }
    for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    content_.hits_.resize(first.back());
    std::vector<uint32_t> next(first.begin(), first.end());
    for (uint32_t i = 0; i < content_.items_.size(); ++i) {
      const KeyMeaning& meaning = content_.items_[i].meaning;
      for (const KeyMatch& match : meaning.matches()) {
        content_.hits_[next[static_cast<size_t>(match.family)]++] = {i, meaning.strength(match)};
      }
    }
  }

  static constexpr int kRememberedBits = 6;
  struct Remembered {
    std::string_view key;
    KeyMeaning meaning;
  };

  Content& content_;
  std::array<Remembered, 1U << kRememberedBits> remembered_;
  const KeyTable& keys_;
  const Limits& limits_;
  const std::vector<Field>& fields_;
  std::vector<KeyMeaning> meaning_;  // by field
  std::vector<bool> opened_;         // by field: it holds more than a decoded form of itself
  std::vector<FieldId> last_row_;    // by field: the latest row in it
  FieldId prefix_container_ = kNoField;
  std::string_view prefix_;
  uint32_t prefix_group_ = kNoIndex;
  size_t text_items_ = 0;
};

Content::Content(const Message& message, const KeyTable& keys, const Limits& limits)
    : message_(message) {
  ContentBuilder(*this, keys, limits).build();
}

const Item* Content::find(const Group& group, KeyFamily family) const {
  if (!group.families.has(family)) return nullptr;
  size_t count = 0;
  for (uint32_t i = group.first; i != kNoIndex && count < kMostMembers; i = items_[i].next, ++count) {
    if (items_[i].meaning.has(family)) return &items_[i];
  }
  return nullptr;
}

const Group* Content::outer(const Group& group) const {
  for (FieldId id = message_.fields[group.container].parent; id != kNoField;
       id = message_.fields[id].parent) {
    if (group_in_[id] != kNoIndex) return &groups_[group_in_[id]];
  }
  return nullptr;
}

const Group* Content::group_in(FieldId container) const {
  return group_in_[container] == kNoIndex ? nullptr : &groups_[group_in_[container]];
}

}  // namespace telltale
