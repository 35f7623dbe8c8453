// Content: one expanded message, indexed once so that each detector only looks at what concerns it.
//
// An Item is a value with the key that announces it, wherever it came from: the member of an object, a form
// parameter, a header, `mac=...` in a line of free text, or the value of a pair {"key": "imei", "value": ...}.
// A Group is a set of items that belong together: the members of one object, the columns of one row, one
// record of a text. Rows of one list have the same `list`. The index costs one pass over the fields and
// one over their free text; looking a family up that is not there costs a bit test.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "sensor/detect/flat_key.h"
#include "sensor/detect/key_cache.h"
#include "sensor/detect/signs.h"
#include "sensor/model/message.h"

namespace telltale {

inline constexpr uint32_t kNoIndex = 0xffffffff;

struct Item {
  std::string_view key;    // of an element or a decoded value the key of what it came from
  std::string_view value;  // trimmed, not empty, whole (never a truncated one)
  KeyMeaning meaning;
  FieldId field = kNoField;
  uint32_t group = kNoIndex;
  uint32_t next = kNoIndex;  // the next item of the group
  bool in_text = false;      // found in free text
};

struct Group {
  FieldId container = kNoField;  // the object, the row or the text
  FieldId list = kNoField;       // what holds the container; shared by the rows of a list
  uint32_t first = kNoIndex;     // its items, linked by Item::next
  uint32_t last = kNoIndex;
  uint32_t size = 0;
  KeyFamilies families;          // of all its items' keys
  KeyFamilies strong;            // of those that are strong
  KeyFamilies repeated;          // of those that are strong in two items or more
  bool in_text = false;
  bool has_unnamed = false;      // an item without a key, or whose key is a number
  bool may_reach = false;        // a value that may be a telephone number, an address or a MAC, by its looks
};

// An item whose key is in the family that was asked for.
struct KeyHit {
  uint32_t item = kNoIndex;
  KeyStrength strength = KeyStrength::weak;
};

class Content {
 public:
  static constexpr size_t kLongValue = 16;

  const Message& message() const { return *message_; }
  const Field& operator[](FieldId id) const { return message_->fields[id]; }
  const std::vector<Item>& items() const { return items_; }
  const std::vector<Group>& groups() const { return groups_; }
  const Item& item(const KeyHit& hit) const { return items_[hit.item]; }
  const Group& group_of(const Item& item) const { return groups_[item.group]; }

  // Is there any item, or any container, with a key of `family`?
  bool has(KeyFamily family) const { return present_.has(family); }
  bool has_any(const KeyFamilies& families) const { return present_.has_any(families); }
  // Items with a key of `family`, in message order.
  std::span<const KeyHit> hits(KeyFamily family) const {
    const auto index = static_cast<size_t>(family);
    return {hits_.data() + first_hit_[index], hits_.data() + first_hit_[index + 1]};
  }
  // The first item of `group` (among kMostMembers) with a key of `family`; null when there is none.
  const Item* find(const Group& group, KeyFamily family) const;
  // Families of the keys of the group's container and of everything it stands in.
  const KeyFamilies& above(const Group& group) const { return notes_[group.container].above; }
  const KeyFamilies& above(FieldId id) const { return notes_[id].above; }
  // The group whose items are siblings of `group`'s container, or of what holds it; null at the top.
  const Group* outer(const Group& group) const;
  // The group of what `container` holds directly; null when it has no items of its own.
  const Group* group_in(FieldId container) const;
  // How many objects or lists of one kind stand directly in `list`: the rows of a table, elements of an
  // array, XML elements of one name. 1 for members of different names.
  uint32_t rows_in(FieldId list) const { return notes_[list].rows; }
  // Leaves that may hold free text: nothing was unwrapped from them, and they have one of the signs, or are
  // bytes or a part of the protocol's own.
  std::span<const FieldId> texts() const { return texts_; }
  // The signs in one of texts(): a detector that goes by '=' need not search a text without one.
  Signs signs(FieldId text) const { return notes_[text].signs; }
  // Items, those in free text left out, whose value is of 15 to 20 characters and begins with a digit.
  std::span<const uint32_t> long_numbers() const { return long_numbers_; }
  // Items, those in free text left out, whose value begins with a letter and has a dot in it.
  std::span<const uint32_t> dotted_names() const { return dotted_names_; }
  // What `text` would mean if it were a key: a value that names its own kind is a label, not a value.
  KeyMeaning meaning_of(std::string_view text) const { return names_->find(text); }
  // Fields, leaves or not, with a text or bytes of at least kLongValue.
  std::span<const FieldId> long_values() const { return long_values_; }
  // The cap on findings in free text was reached.
  bool is_capped() const { return capped_; }

 private:
  friend class ContentIndexer;
  friend class ContentBuilder;

  // What is known of a field beside the Field.
  struct Note {
    const KeyEntry* entry = nullptr;  // what its key means
    bool weakened = false;            // see KeyMeaning
    bool is_row = false;              // something that stood in it was seen
    Signs signs = 0;                  // of a text
    KeyFamilies above;
    uint32_t group_in = kNoIndex;     // the group of what it holds directly
    uint32_t rows = 0;
    FieldId last_row = kNoField;

    KeyMeaning meaning() const { return {entry, weakened}; }
  };

  const Message* message_ = nullptr;
  const KeyTable* names_ = nullptr;
  std::vector<Note> notes_;  // by field
  std::vector<Item> items_;
  std::vector<Group> groups_;
  std::vector<KeyHit> hits_;                             // by family
  std::array<uint32_t, kKeyFamilyCount + 1> first_hit_;  // by family
  std::vector<uint32_t> labelled_;  // groups in which one item may name what another is
  std::vector<FieldId> texts_;
  std::vector<uint32_t> long_numbers_;
  std::vector<uint32_t> dotted_names_;
  std::vector<FieldId> long_values_;
  KeyFamilies present_;
  bool capped_ = false;
};

// Indexes one message after another, in the same memory. One for each worker.
class ContentIndexer {
 public:
  // `keys` and `limits` must outlive it.
  ContentIndexer(const KeyTable& keys, const Limits& limits)
      : names_(&keys), keys_(keys, naming_part), words_(keys), limits_(limits) {}

  // The index of an expanded message; valid until the next call.
  const Content& index(const Message& message);
  // The same, to keep for as long as `message` lives.
  Content index_once(const Message& message) {
    index(message);
    return std::move(content_);
  }

 private:
  const KeyTable* names_;
  KeyCache keys_;   // of fields
  KeyCache words_;  // in texts, and values that may name what they stand beside: they would crowd out the keys
  const Limits& limits_;
  Content content_;
};

// No object has more members that mean something to each other. Bounds what a crafted one can cost.
inline constexpr size_t kMostMembers = 256;

// Calls `f(item)` for each item of a group, the first kMostMembers of them.
template <typename F>
void for_each_item(const Content& content, const Group& group, F&& f) {
  size_t count = 0;
  for (uint32_t i = group.first; i != kNoIndex && count < kMostMembers; ++count) {
    f(content.items()[i]);
    i = content.items()[i].next;
  }
}

}  // namespace telltale
