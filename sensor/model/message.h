// Message and Field: what every protocol ends in, and the one thing detectors see.
//
// A message is a tree of Fields kept in one flat list: parents stand before their children, and a child
// names its parent. Parsers add roots (a header, a body); every wrapping turns one Field into child
// Fields (sensor/unwrap). Where a Field stands ("http.request.body:$.device.imei") and how it was wrapped
// (["gzip", "base64"]) is derived from the tree when somebody asks, so that the many Fields nobody asks
// about cost no text.
//
// Siblings, the members of one object or the columns of one row, have the same parent: that is what makes
// lat and lon a pair, and the people of a list a list.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/time.h"
#include "sensor/model/flow.h"
#include "sensor/model/packet.h"

namespace telltale {

using FieldId = uint32_t;
inline constexpr FieldId kNoField = 0xffffffff;

enum class FieldKind : uint8_t { text, binary, number, boolean, null, object, array };

// How a Field hangs under its parent; decides what the location says.
enum class Step : uint8_t {
  root,       // "http.request.body", then ':' before whatever follows
  member,     // ".key" of an object; "$" is put before the first one below a text
  element,    // "[index]" of a list or the rows of a table
  item,       // "key" of a flat container: form parameter, cookie, multipart part, archive entry
  path,       // "/key", an XML element
  attribute,  // "/@key", an XML attribute
  decoded,    // the parent's bytes without a wrapping named by key; adds nothing to the path
};

// What a sender said about a value: Content-Type and Content-Encoding of a body or a part.
struct MediaHints {
  std::string_view media_type;      // "application/json; charset=gbk", as sent
  std::string_view content_coding;  // "gzip", "rc4,gzip": outermost last, as sent (RFC 9110 section 8.4)
};

// What hangs under a Field.
enum class Holds : uint8_t {
  nothing,
  decoded,  // its own value without a wrapping
  content,  // what stood in it
};

struct Field {
  std::string_view key;    // the last step's name; empty for elements
  std::string_view value;  // of a leaf, decoded as far as its parents were; bytes when kind is binary
  FieldId parent = kNoField;
  uint32_t index = 0;       // position among the parent's children, for elements
  uint32_t wire_begin = 0;  // where the value (or what it was wrapped in) stood: content offsets,
  uint32_t wire_end = 0;    // see FrameMap
  uint16_t hints = 0;       // index into the message's hints, 0 for none
  uint8_t depth = 0;        // wrappings around the value (decoded, documents in strings), not path steps
  Step step = Step::root;
  FieldKind kind = FieldKind::text;
  bool verbatim = false;   // the value's bytes stand on the wire exactly as here, at wire_begin
  bool truncated = false;  // the value was cut off: its end is not known
  Holds holds = Holds::nothing;

  bool is_leaf() const { return kind != FieldKind::object && kind != FieldKind::array; }
};

// From content offsets (bytes of a message in the order its parser took them) to frames.
class FrameMap {
 public:
  // From `offset` on, content came from `frame`. Offsets must not fall.
  void mark(uint32_t offset, FrameRef frame) {
    if (marks_.empty() || marks_.back().frame != frame) marks_.push_back({offset, frame});
  }
  // The frame that holds the byte at `offset`; the first one when the map is empty.
  FrameRef at(uint32_t offset) const;

 private:
  struct Mark {
    uint32_t offset;
    FrameRef frame;
  };
  std::vector<Mark> marks_;
};

// Text that lives as long as the message: bump allocation in blocks that never move.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // REQUIRES: size > 0. The bytes are not initialised.
  char* allocate(size_t size);
  std::string_view keep(std::string_view text);
  std::string_view adopt(std::string&& text);  // takes over the buffer, no copy
  size_t bytes() const { return bytes_; }      // all that was allocated or adopted

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;  // all of one size
  std::vector<std::unique_ptr<std::string>> adopted_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

// What an unwrapper or parser says of a new child. `raw_begin` and `raw_size` place it in the parent's
// value, so that evidence keeps its frame; leave them 0 when the parent's value was not read in place.
struct Child {
  std::string_view key;
  std::string_view value;  // must live in the parent's value, in the arena, or be static
  Step step = Step::member;
  FieldKind kind = FieldKind::text;
  uint32_t index = 0;
  uint32_t raw_begin = 0;
  uint32_t raw_size = 0;
  bool verbatim = false;   // value is the parent's bytes at raw_begin, unchanged
  bool truncated = false;
};

class FieldTree {
 public:
  static constexpr size_t kMaxFields = 1U << 20;  // a backstop; sensor/unwrap stops far earlier

  FieldTree() = default;
  ~FieldTree();
  FieldTree(FieldTree&&) = default;
  FieldTree& operator=(FieldTree&&) = default;

  // A value that stood at content offset `wire_begin`. `name` and `value` must be static or kept.
  FieldId add_root(std::string_view name, std::string_view value, uint32_t wire_begin,
                   MediaHints hints = {});
  // A named value of the sender's protocol under a root name: "http.request.header" and "X-Imei". Returns
  // the leaf; the root that carries the name is made on first use.
  FieldId add_item(std::string_view root_name, std::string_view key, std::string_view value,
                   uint32_t wire_begin);
  FieldId add_child(FieldId parent, const Child& child);
  void set_hints(FieldId field, MediaHints hints);  // of a multipart part, an archive entry
  void set_truncated(FieldId field) { fields_[field].truncated = true; }
  // Of a container whose end was not known yet when it was added: its size in the parent's value.
  void set_raw_size(FieldId field, uint32_t raw_size) {
    Field& added = fields_[field];
    if (added.verbatim) added.wire_end = added.wire_begin + raw_size;
  }
  // Room for `more` fields, for who knows about how many will come.
  void reserve(size_t more) {
    if (fields_.capacity() < fields_.size() + more) fields_.reserve(fields_.size() + more);
  }
  // Forgets the fields from `size` on: an unwrapper that was wrong takes back what it added.
  // REQUIRES: of what stays, no field holds other children than those it takes back.
  void drop_from(size_t size);
  void set_kind(FieldId field, FieldKind kind) { fields_[field].kind = kind; }

  const Field& operator[](FieldId id) const { return fields_[id]; }
  const std::vector<Field>& all() const { return fields_; }
  size_t size() const { return fields_.size(); }
  const MediaHints& hints(const Field& field) const { return hints_[field.hints]; }
  Arena& arena() { return arena_; }
  const Arena& arena() const { return arena_; }

  // "http.request.body:$.device.imei"; for a nested document each document's path after a ':'.
  std::string location(FieldId id) const;
  // Names of the decoded steps above the field, outermost first: ["gzip", "base64"].
  std::vector<std::string> encodings(FieldId id) const;

 private:
  Field& append();

  std::vector<Field> fields_;
  std::vector<MediaHints> hints_{MediaHints{}};
  Arena arena_;
};

// One application message that a device sent. Owns its text; moved along the pipeline.
struct Message {
  std::string_view protocol;  // the parser's name: "http", "dns"; static
  Direction direction = Direction::to_server;
  Timestamp ts;               // of its last byte
  std::string host;           // the server as this message names it (Host, :authority); may be empty
  FieldTree fields;
  FrameMap frames;
  bool truncated = false;     // the end is missing

  // The frame with the last byte of a field's evidence.
  FrameRef frame_of(FieldId id) const {
    const Field& field = fields[id];
    return frames.at(field.wire_end > field.wire_begin ? field.wire_end - 1 : field.wire_begin);
  }
};

}  // namespace telltale
