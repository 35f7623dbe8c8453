// Writes what a reader of a self-describing binary format (msgpack, CBOR, BSON, binary property lists) finds,
// in document order, as fields: containers, keys and values.
//
// The first container is the offered value itself; its members become children of the offered field.
#pragma once

#include <array>

#include "sensor/unwrap/numbers.h"
#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// Where a value stands in the offered value.
struct Place {
  size_t begin = 0;
  size_t size = 0;
};

class TreeWriter {
 public:
  explicit TreeWriter(Offer& offer)
      : offer_(offer), max_depth_(std::min(kMostFrames, offer.budget().limits().max_nesting)) {}

  // False when it is nested too deep or the message is full: reading should stop.
  bool open(bool is_object, size_t begin) {
    if (depth_ == 0) {
      frames_[depth_++] = {.id = offer_.id(), .is_object = is_object};
      return true;
    }
    if (depth_ >= max_depth_) {
      offer_.budget().count_once(Weird::binary_document_nested_too_deep);
      return false;
    }
    const FieldId id = add({.kind = is_object ? FieldKind::object : FieldKind::array, .verbatim = true},
                           {begin, offer_.value().size() - begin});
    if (id == kNoField) return false;
    frames_[depth_++] = {.id = id, .begin = begin, .is_object = is_object};
    return true;
  }
  void close(size_t end) {
    if (depth_ == 0) return;
    const Frame& frame = frames_[--depth_];
    if (depth_ > 0) offer_.fields().set_raw_size(frame.id, static_cast<uint32_t>(end - frame.begin));
  }

  // The key of the next value or container. REQUIRES: static, in the arena or in the value.
  void key(std::string_view key) { key_ = key; }
  std::string_view key() const { return key_; }

  bool text(Place place, bool truncated = false) { return bytes_of(place, FieldKind::text, truncated); }
  bool binary(Place place, bool truncated = false) { return bytes_of(place, FieldKind::binary, truncated); }
  // A text that stands in another form at `place`. REQUIRES: in the arena.
  bool converted(std::string_view text, Place place) { return add({.value = text}, place) != kNoField; }
  template <typename Number>
  bool number(Number value, Place place) {
    return add({.value = keep_number(value, offer_), .kind = FieldKind::number}, place) != kNoField;
  }
  bool boolean(bool value, Place place) {
    return add({.value = value ? "true" : "false", .kind = FieldKind::boolean}, place) != kNoField;
  }
  bool null(Place place) { return add({.value = "null", .kind = FieldKind::null}, place) != kNoField; }

  size_t depth() const { return depth_; }
  Offer& offer() { return offer_; }

 private:
  static constexpr size_t kMostFrames = 256;
  struct Frame {
    FieldId id = kNoField;
    size_t begin = 0;
    uint32_t count = 0;
    bool is_object = false;
  };

  bool bytes_of(Place place, FieldKind kind, bool truncated) {
    const std::string_view value = offer_.value().substr(place.begin, place.size);
    return add({.value = value, .kind = kind, .verbatim = true, .truncated = truncated}, place) != kNoField;
  }

  FieldId add(Child child, Place place) {
    if (depth_ == 0) return kNoField;  // a bare value is no document
    Frame& frame = frames_[depth_ - 1];
    child.key = frame.is_object ? key_ : std::string_view{};
    child.step = frame.is_object ? Step::member : Step::element;
    child.index = frame.count++;
    child.raw_begin = static_cast<uint32_t>(place.begin - frame.begin);
    child.raw_size = static_cast<uint32_t>(place.size);
    key_ = {};
    return offer_.add_to(frame.id, child);
  }

  Offer& offer_;
  size_t max_depth_;
  size_t depth_ = 0;
  std::string_view key_;
  std::array<Frame, kMostFrames> frames_;
};

}  // namespace telltale
