#include "sensor/model/message.h"

#include <algorithm>
#include <cstring>

namespace telltale {
namespace {

constexpr size_t kBlockSize = 8 * 1024;
constexpr size_t kSpareBlocks = 64;
constexpr size_t kUsualFields = 32;
constexpr size_t kSpareLists = 4;
constexpr size_t kLongestSpareList = 4096;  // fields

// Blocks of messages that are done serve the next ones: a thread makes thousands of messages a second.
std::vector<std::unique_ptr<char[]>>& spare_blocks() {
  thread_local std::vector<std::unique_ptr<char[]>> blocks;
  return blocks;
}

// The same of lists of fields.
std::vector<std::vector<Field>>& spare_lists() {
  thread_local std::vector<std::vector<Field>> lists;
  return lists;
}

bool is_plain_name(std::string_view key) {
  return !key.empty() && std::none_of(key.begin(), key.end(), [](char c) {
    return c == '.' || c == '[' || c == ']' || c == '\'' || c == ':' ||
           static_cast<unsigned char>(c) <= ' ';
  });
}

void append_step(std::string& path, const Field& field, bool first_of_document) {
  switch (field.step) {
    case Step::root:
      path += field.key;
      break;
    case Step::member:
    case Step::element:
      if (first_of_document) path += ":$";
      if (field.step == Step::element) {
        path += '[' + std::to_string(field.index) + ']';
      } else if (is_plain_name(field.key)) {
        path += '.';
        path += field.key;
      } else {
        path += "['";
        path += field.key;
        path += "']";
      }
      break;
    case Step::item:
      path += ':';
      path += field.key;
      break;
    case Step::path:
      if (first_of_document) path += ':';
      path += '/';
      path += field.key;
      break;
    case Step::attribute:
      path += "/@";
      path += field.key;
      break;
    case Step::decoded:
      break;
  }
}

}  // namespace

FrameRef FrameMap::at(uint32_t offset) const {
  if (marks_.empty()) return {};
  auto next = std::upper_bound(marks_.begin(), marks_.end(), offset,
                               [](uint32_t at, const Mark& mark) { return at < mark.offset; });
  return next == marks_.begin() ? next->frame : std::prev(next)->frame;
}

Arena::~Arena() {
  auto& spare = spare_blocks();
  for (auto& block : blocks_) {
    if (spare.size() < kSpareBlocks) spare.push_back(std::move(block));
  }
}

char* Arena::allocate(size_t size) {
  bytes_ += size;
  if (size > kBlockSize / 4) {
    adopted_.push_back(std::make_unique<std::string>());
    adopted_.back()->resize(size);
    return adopted_.back()->data();
  }
  if (size > left_) {
    auto& spare = spare_blocks();
    if (spare.empty()) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockSize));
    } else {
      blocks_.push_back(std::move(spare.back()));
      spare.pop_back();
    }
    next_ = blocks_.back().get();
    left_ = kBlockSize;
  }
  char* here = next_;
  next_ += size;
  left_ -= size;
  return here;
}

std::string_view Arena::keep(std::string_view text) {
  if (text.empty()) return {};
  char* copy = allocate(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

std::string_view Arena::adopt(std::string&& text) {
  bytes_ += text.size();
  adopted_.push_back(std::make_unique<std::string>(std::move(text)));
  return *adopted_.back();
}

FieldTree::~FieldTree() {
  auto& spare = spare_lists();
  if (fields_.capacity() == 0 || fields_.capacity() > kLongestSpareList) return;
  if (spare.size() >= kSpareLists) return;
  fields_.clear();
  spare.push_back(std::move(fields_));
}

Field& FieldTree::append() {
  if (fields_.capacity() == 0 && !spare_lists().empty()) {
    fields_ = std::move(spare_lists().back());
    spare_lists().pop_back();
  }
  if (fields_.size() == fields_.capacity()) fields_.reserve(std::max(kUsualFields, 2 * fields_.size()));
  return fields_.emplace_back();
}

FieldId FieldTree::add_root(std::string_view name, std::string_view value, uint32_t wire_begin,
                            MediaHints hints) {
  if (fields_.size() >= kMaxFields) return kNoField;
  const auto id = static_cast<FieldId>(fields_.size());
  Field& field = append();
  field.key = name;
  field.value = value;
  field.wire_begin = wire_begin;
  field.wire_end = wire_begin + static_cast<uint32_t>(value.size());
  field.verbatim = true;
  if (!hints.media_type.empty() || !hints.content_coding.empty()) set_hints(id, hints);
  return id;
}

FieldId FieldTree::add_item(std::string_view root_name, std::string_view key,
                            std::string_view value, uint32_t wire_begin) {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(), [&](const Field& field) {
    return field.step == Step::root && field.kind == FieldKind::object && field.key == root_name;
  });
  FieldId root = kNoField;
  if (found != fields_.rend()) {
    root = static_cast<FieldId>(fields_.rend() - found - 1);
  } else {
    root = add_root(root_name, {}, wire_begin);
    if (root == kNoField) return kNoField;
    fields_[root].kind = FieldKind::object;
  }
  const FieldId id = add_child(root, {.key = key, .value = value, .step = Step::item});
  if (id == kNoField) return kNoField;
  Field& field = fields_[id];
  field.wire_begin = wire_begin;
  field.wire_end = wire_begin + static_cast<uint32_t>(value.size());
  field.verbatim = true;
  return id;
}

FieldId FieldTree::add_child(FieldId parent, const Child& child) {
  if (fields_.size() >= kMaxFields) return kNoField;
  const auto id = static_cast<FieldId>(fields_.size());
  Field& field = append();
  Field& above = fields_[parent];
  above.holds = std::max(above.holds, child.step == Step::decoded ? Holds::decoded : Holds::content);
  const bool placed = above.verbatim && child.raw_size > 0;
  field.key = child.key;
  field.value = child.value;
  field.parent = parent;
  field.index = child.index;
  field.wire_begin = placed ? above.wire_begin + child.raw_begin : above.wire_begin;
  field.wire_end = placed ? field.wire_begin + child.raw_size : above.wire_end;
  field.depth = static_cast<uint8_t>(std::min<int>(255, above.depth + (above.is_leaf() ? 1 : 0)));
  field.step = child.step;
  field.kind = child.kind;
  field.verbatim = above.verbatim && child.verbatim;
  field.truncated = child.truncated;
  return id;
}

void FieldTree::drop_from(size_t size) {
  for (size_t i = size; i < fields_.size(); ++i) {
    const FieldId parent = fields_[i].parent;
    if (parent < size) fields_[parent].holds = Holds::nothing;
  }
  fields_.resize(std::min(size, fields_.size()));
}

void FieldTree::set_hints(FieldId field, MediaHints hints) {
  if (hints_.size() > 0xffff) return;
  fields_[field].hints = static_cast<uint16_t>(hints_.size());
  hints_.push_back(hints);
}

std::string FieldTree::location(FieldId id) const {
  std::vector<FieldId> way;
  for (FieldId at = id; at != kNoField; at = fields_[at].parent) way.push_back(at);
  std::string path;
  for (auto step = way.rbegin(); step != way.rend(); ++step) {
    const Field& field = fields_[*step];
    const bool below_leaf = field.parent != kNoField && fields_[field.parent].is_leaf();
    append_step(path, field, below_leaf);
  }
  return path;
}

std::vector<std::string> FieldTree::encodings(FieldId id) const {
  std::vector<std::string> names;
  for (FieldId at = id; at != kNoField; at = fields_[at].parent) {
    if (fields_[at].step == Step::decoded) names.emplace_back(fields_[at].key);
  }
  std::reverse(names.begin(), names.end());
  return names;
}

}  // namespace telltale
