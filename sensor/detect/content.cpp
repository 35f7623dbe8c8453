#include "sensor/detect/content.h"

#include <algorithm>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/base/find_byte.h"
#include "sensor/detect/flat_key.h"
#include "sensor/detect/key_norm.h"
#include "sensor/detect/path_segments.h"
#include "sensor/detect/text_records.h"
#include "sensor/detect/text_scan.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kLongestValue = 1024;  // longer ones are texts
constexpr size_t kShortestText = 8;
constexpr size_t kMostKept = 16 * 1024;  // of each kind, from one message to the next
constexpr size_t kShortestWord = 4;  // that two names may share by more than chance
constexpr uint32_t kMostLabelled = 8;  // items of a group that may be a labelled pair

// trim(), without a call for what needs none.
std::string_view trimmed(std::string_view text) {
  return text.empty() || (text.front() > ' ' && text.back() > ' ') ? text : trim(text);
}

// "modelName" and "modelType" begin with one word.
bool begins_alike(std::string_view a, std::string_view b) {
  const auto word = [](std::string_view name) {
    const auto end = std::find_if_not(name.begin() + (name.empty() ? 0 : 1), name.end(),
                                      [](char c) { return c >= 'a' && c <= 'z'; });
    return name.substr(0, static_cast<size_t>(end - name.begin()));
  };
  const std::string_view first = word(a);
  return first.size() >= kShortestWord && iequals(first, word(b)) && !iequals(a, b) &&
         std::none_of(b.begin(), b.end(), [](char c) { return is_digit(c) || c == ' '; });
}

template <typename T>
void empty(std::vector<T>& list) {
  list.clear();
  if (list.capacity() > kMostKept) std::vector<T>().swap(list);
}

}  // namespace

// Fills a Content.
class ContentBuilder {
 public:
  ContentBuilder(Content& content, KeyCache& keys, KeyCache& words, const Limits& limits)
      : content_(content),
        notes_(content.notes_),
        keys_(keys),
        words_(words),
        limits_(limits),
        fields_(content.message_->fields.all()) {}

  void build() {
    read_fields();
    for (const auto& [container, families] : later_above_) notes_[container].above.add(families);
    read_labels();
    for (const FieldId id : content_.texts_) scan_text(id);
    sort_hits();
  }

 private:
  using Note = Content::Note;

  // What the path of a request is about holds for everything in it: /account/create, /contacts/sync.
  static constexpr std::string_view kPathRoot = "http.request.path";

  KeyFamilies about_of_path(std::string_view path) {
    KeyFamilies about;
    for_each_segment(path, [&](std::string_view segment) {
      if (segment.size() > NormalKey::kCapacity) return;
      const size_t dot = segment.rfind('.');  // calls.csv
      const std::string_view stem = dot == 0 ? segment : segment.substr(0, dot);
      about.add(words_.find(stem).container_families().common_with(path_families()));
    });
    return about;
  }

  // /device/imei/356920117162809: segments that name the one behind them.
  void add_path_items(FieldId id) {
    uint32_t group = kNoIndex;
    std::string_view name;
    for_each_segment(fields_[id].value, [&](std::string_view segment) {
      const KeyMeaning meaning = name.empty() ? KeyMeaning() : words_.find(name);
      if (is_believed(meaning) && count_digits(segment) > 0) {
        if (group == kNoIndex) {
          group = add_group(id, id);
          content_.groups_[group].in_text = true;
        }
        add_item({name, segment, meaning, id, group, kNoIndex, true});
        name = {};
      } else {
        name = segment;
      }
    });
  }

  // One pass: parents stand before their children.
  void read_fields() {
    const size_t count = fields_.size();
    notes_.reserve(count);
    content_.items_.reserve(count);
    KeyFamilies about;
    for (FieldId id = 0; id < count; ++id) {
      const Field& field = fields_[id];
      Note& note = notes_.emplace_back();
      if (field.parent == kNoField) {
        if (field.key == kPathRoot) about = about_of_path(field.value);
        note.above = about;
      } else {
        read_key(field, note);
        Note& parent = notes_[field.parent];
        if (field.step != Step::decoded && !std::exchange(parent.is_row, true)) note_row(field.parent);
      }
      const bool is_text = field.kind == FieldKind::text || field.kind == FieldKind::binary;
      if (is_text && field.value.size() >= Content::kLongValue) content_.long_values_.push_back(id);
      if (field.holds != Holds::content && (is_text || field.kind == FieldKind::number)) add_leaf(id);
    }
  }

  void read_key(const Field& field, Note& note) {
    const Note& parent = notes_[field.parent];
    note.above = parent.above;
    if (field.step == Step::decoded || field.step == Step::element) {
      note.entry = parent.entry;
      note.weakened = parent.weakened;
      return;
    }
    const KeyMeaning meaning = keys_.find(field.key);
    note.entry = meaning.entry;
    note.weakened = meaning.weakened;
    if (note.entry != nullptr) note.above.add(note.entry->strong);
  }

  // `id` turned out to hold something: it is a row of what holds it, if the one before was of its kind.
  void note_row(FieldId id) {
    content_.present_.add(notes_[id].meaning().families());
    const FieldId owner = owner_of(id);
    const FieldId list = fields_[owner].parent;
    if (list == kNoField) return;
    Note& holder = notes_[list];
    const FieldId before = std::exchange(holder.last_row, owner);
    if (before == kNoField || are_alike(fields_[before], fields_[owner])) ++holder.rows;
  }

  static bool are_alike(const Field& a, const Field& b) {
    return (a.step == Step::element && b.step == Step::element) || a.key == b.key ||
           (is_key_number(a.key) && is_key_number(b.key));
  }

  // What a decoded value was wrapped in; the field itself otherwise.
  FieldId owner_of(FieldId id) const {
    while (fields_[id].step == Step::decoded) id = fields_[id].parent;
    return id;
  }

  // A leaf, or what was unwrapped without anything found in it.
  void add_leaf(FieldId id) {
    const Field& field = fields_[id];
    Note& note = notes_[id];
    if (field.kind != FieldKind::number) {
      note.signs = signs_of(field.value);
      const bool may_tell = note.signs != 0 || field.kind == FieldKind::binary || field.parent == kNoField;
      if (may_tell && field.value.size() >= kShortestText) content_.texts_.push_back(id);
    }
    if (field.truncated || field.kind == FieldKind::binary) return;
    const std::string_view value = trimmed(field.value);
    if (value.empty() || value.size() > kLongestValue) return;
    const FieldId owner = owner_of(id);
    const FieldId container = fields_[owner].parent;
    if (container == kNoField) return;
    const std::string_view key =
        fields_[owner].step == Step::element ? std::string_view{} : fields_[owner].key;
    const uint32_t group = structured_group(container, numbered_prefix(key));
    note_shape(value, note.signs);
    add_item({key, value, note.meaning(), id, group, kNoIndex, false});
  }

  // Shapes that a detector knows without a key; of the item that is added next.
  void note_shape(std::string_view value, Signs signs) {
    const auto index = static_cast<uint32_t>(content_.items_.size());
    if (value.size() >= 15 && value.size() <= 20 && is_digit(value.front())) {
      content_.long_numbers_.push_back(index);
    }
    if ((signs & sign::kDot) != 0 && (is_alpha(value.front()) || value.front() == '_')) {
      content_.dotted_names_.push_back(index);
    }
  }

  uint32_t structured_group(FieldId container, std::string_view prefix) {
    if (!prefix.empty()) {
      if (container == prefix_container_ && prefix == prefix_) return prefix_group_;
      prefix_container_ = container;
      prefix_ = prefix;
      prefix_group_ = add_group(container, container);
      ++notes_[container].rows;
      const KeyMeaning meaning = words_.find(prefix.substr(0, prefix.find('[')));
      later_above_.emplace_back(container, meaning.container_families());
      return prefix_group_;
    }
    const uint32_t known = notes_[container].group_in;
    if (known != kNoIndex) return known;
    const FieldId list = fields_[owner_of(container)].parent;
    return notes_[container].group_in = add_group(container, list == kNoField ? container : list);
  }

  uint32_t add_group(FieldId container, FieldId list) {
    Group& group = content_.groups_.emplace_back();
    group.container = container;
    group.list = list;
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
    group.may_reach = group.may_reach || may_reach(item.value);
    const bool had_label = may_have_label(group);
    group.has_unnamed = group.has_unnamed || is_key_number(item.key);
    note_families(group, item.meaning);
    if (!had_label && may_have_label(group)) content_.labelled_.push_back(item.group);
    content_.items_.push_back(item);
  }

  static bool may_have_label(const Group& group) {
    return group.has_unnamed || group.families.has(KeyFamily::label);
  }

  static void note_families(Group& group, const KeyMeaning& meaning) {
    if (meaning.empty()) return;
    const KeyFamilies strong = meaning.strong_families();
    group.families.add(meaning.families());
    group.repeated.add(group.strong.common_with(strong));
    group.strong.add(strong);
  }

  // {"key": "imei", "value": "..."}, ["imei", "..."], <p name="imei" value="..."/>, protobuf 1: "imei" 2: "...".
  void read_labels() {
    std::sort(content_.labelled_.begin(), content_.labelled_.end());
    for (const uint32_t index : content_.labelled_) {
      Group& group = content_.groups_[index];
      if (group.size == 1) read_outer_label(group);
      if (group.size < 2 || group.size > kMostLabelled) continue;
      if (group.has_unnamed && notes_[group.container].above.has(KeyFamily::schema_context)) continue;
      const Item* label = nullptr;
      KeyMeaning meaning;
      for (uint32_t i = group.first; i != kNoIndex; i = content_.items_[i].next) {
        Item& item = content_.items_[i];
        if (label == nullptr) {
          if (!may_be(item, KeyFamily::label)) continue;
          meaning = words_.find(item.value);
          if (!meaning.empty() && !meaning.weakened) label = &item;
        } else if (is_key_number(item.key) && begins_alike(label->value, item.value)) {
          break;  // a list of names, as schemas have them: ["modelName", "modelType"]
        } else if (may_be(item, KeyFamily::labelled_value)) {
          item.key = label->value;
          item.meaning = meaning;
          note_families(group, meaning);
          break;
        }
      }
    }
  }

  // <Item><Source><LocURI>./DevInfo/Mod</LocURI></Source><Data>...</Data></Item>: the label alone, one level
  // deeper than its value (OMA SyncML 1.2, FHIR and the like).
  void read_outer_label(const Group& group) {
    const Item& label = content_.items_[group.first];
    if (!label.meaning.has(KeyFamily::label) || label.in_text) return;
    const KeyMeaning meaning = words_.find(label.value);
    if (meaning.empty() || meaning.weakened) return;
    const Group* around = content_.outer(group);
    if (around == nullptr || around->size != 1) return;
    Item& value = content_.items_[around->first];
    if (!value.meaning.has(KeyFamily::labelled_value)) return;
    value.key = label.value;
    value.meaning = meaning;
    note_families(content_.groups_[static_cast<size_t>(around - content_.groups_.data())], meaning);
  }

  static bool may_be(const Item& item, KeyFamily role) {
    return is_key_number(item.key) || item.meaning.has(role);
  }

  // Text written as records is as good as an object: its groups are rows, its keys need no care.
  bool scan_records(FieldId id) {
    const Field& field = fields_[id];
    if (field.value.find('\n') == std::string_view::npos || !TextRecords::suits(field.value)) return false;
    uint32_t group = kNoIndex;
    TextRecords records(field.value, field.truncated);
    for (TextRecordLine line; records.next(line);) {
      if (text_items_ == limits_.max_text_items) {
        content_.capped_ = true;
        return true;
      }
      ++text_items_;
      if (group == kNoIndex || line.begins) {
        group = add_group(id, id);
        ++notes_[id].rows;
      }
      const bool has_dot = line.value.find('.') != std::string_view::npos;
      note_shape(line.value, has_dot ? sign::kDot : Signs{0});
      add_item({line.key, line.value, keys_.find(line.key), id, group, kNoIndex, false});
      if (find_either(line.value, 0, '=', ':') < line.value.size()) scan_keyed(id, line.value, false);
    }
    return true;
  }

  void scan_text(FieldId id) {
    if (fields_[id].key == kPathRoot) add_path_items(id);
    constexpr Signs kSeparators = sign::kEquals | sign::kColon;
    const bool may_be_dialogue = fields_[id].value.starts_with("AT");  // with a modem
    if ((notes_[id].signs & kSeparators) == 0 && !may_be_dialogue) return;
    if (!scan_records(id)) scan_keyed(id, fields_[id].value, fields_[id].truncated);
  }

  // `text` is the value of `id`, or a part of it.
  void scan_keyed(FieldId id, std::string_view text, bool truncated) {
    uint32_t group = kNoIndex;
    TextScanner scanner(text, truncated);
    for (KeyedText found; scanner.next(found);) {
      const KeyMeaning meaning = words_.find(found.key);
      if (!is_believed(meaning) || !is_text_of(fields_[id], found)) continue;
      if (text_items_ == limits_.max_text_items) {
        content_.capped_ = true;
        return;
      }
      ++text_items_;
      const bool repeats = group != kNoIndex &&
                           content_.groups_[group].families.has(meaning.matches().front().family);
      if (group == kNoIndex || repeats) {
        group = add_group(id, id);
        content_.groups_[group].in_text = true;
      }
      const std::string_view value =
          meaning.has(KeyFamily::lat_lon) ? scanner.rest_of_line(found) : found.value;
      add_item({found.key, value, meaning, id, group, kNoIndex, true});
    }
  }

  // Bytes that are no text have keys of two letters everywhere, and values of any bytes.
  static bool is_text_of(const Field& field, const KeyedText& found) {
    constexpr size_t kShortestKeyInBytes = 4;
    const bool plain = std::all_of(found.value.begin(), found.value.end(),
                                   [](char c) { return c >= ' ' && c < 0x7f; });
    if (plain && field.kind != FieldKind::binary) return true;
    if (field.kind == FieldKind::binary) return plain && found.key.size() >= kShortestKeyInBytes;
    return is_valid_utf8(found.value);
  }

  static bool is_believed(const KeyMeaning& meaning) {
    return !meaning.weakened &&
           std::any_of(meaning.matches().begin(), meaning.matches().end(),
                       [](const KeyMatch& match) { return is_believed_in_text(match.family); });
  }

  void sort_hits() {
    auto& first = content_.first_hit_;
    first.fill(0);
    for (const Item& item : content_.items_) {
      for (const KeyMatch& match : item.meaning.matches()) {
        content_.present_.add(match.family);
        ++first[static_cast<size_t>(match.family) + 1];
      }
    }
    for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    content_.hits_.resize(first.back());
    if (content_.hits_.empty()) return;
    auto next = first;
    for (uint32_t i = 0; i < content_.items_.size(); ++i) {
      const KeyMeaning& meaning = content_.items_[i].meaning;
      for (const KeyMatch& match : meaning.matches()) {
        content_.hits_[next[static_cast<size_t>(match.family)]++] = {i, meaning.strength(match)};
      }
    }
  }

  Content& content_;
  std::vector<Note>& notes_;
  KeyCache& keys_;
  KeyCache& words_;
  const Limits& limits_;
  const std::vector<Field>& fields_;
  FieldId prefix_container_ = kNoField;
  std::string_view prefix_;
  uint32_t prefix_group_ = kNoIndex;
  // What numbered keys say of their container: added when all fields are read, as keys beside them do not stand in it.
  std::vector<std::pair<FieldId, KeyFamilies>> later_above_;
  size_t text_items_ = 0;
};

const Content& ContentIndexer::index(const Message& message) {
  content_.message_ = &message;
  empty(content_.notes_);
  empty(content_.items_);
  empty(content_.groups_);
  empty(content_.hits_);
  empty(content_.labelled_);
  empty(content_.texts_);
  empty(content_.long_numbers_);
  empty(content_.dotted_names_);
  empty(content_.long_values_);
  content_.names_ = names_;
  content_.present_ = {};
  content_.capped_ = false;
  ContentBuilder(content_, keys_, words_, limits_).build();
  return content_;
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
  for (FieldId id = message_->fields[group.container].parent; id != kNoField;
       id = message_->fields[id].parent) {
    if (notes_[id].group_in != kNoIndex) return &groups_[notes_[id].group_in];
  }
  return nullptr;
}

const Group* Content::group_in(FieldId container) const {
  const uint32_t group = notes_[container].group_in;
  return group == kNoIndex ? nullptr : &groups_[group];
}

}  // namespace telltale
