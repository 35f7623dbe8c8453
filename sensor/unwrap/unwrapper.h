// The contract of a wrapping: it turns one Field into child Fields.
//
// To add one: a file that defines an UnwrapperInfo, its test, and a line UNWRAPPER(name) in
// unwrappers.inc. It recognises by a bounded look (hints, first bytes, the classes of bytes that
// occur), and reads the whole value only when it then unwraps it, so that the work for a message
// stays linear in its bytes.
#pragma once

#include <algorithm>
#include <bitset>
#include <string_view>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/model/message.h"
#include "sensor/unwrap/byte_classes.h"

namespace telltale {

// What one message may cost; shared by all unwrappers that work on it. A spent budget is counted as
// a Weird once, and the message keeps what it has.
class UnwrapBudget {
 public:
  UnwrapBudget(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}
  const Limits& limits() const { return limits_; }
  void count(Weird weird) { weird_.count(weird); }
  // For what happens again and again in one message.
  void count_once(Weird weird) {
    const auto bit = static_cast<size_t>(weird);
    if (!counted_[bit]) weird_.count(weird);
    counted_[bit] = true;
  }
  // May `bytes` more be made? Takes them when so.
  bool take_bytes(size_t bytes) {
    if (bytes > bytes_left()) {
      count_once(Weird::unwrap_expanded_cap);
      return false;
    }
    expanded_ += bytes;
    return true;
  }
  size_t bytes_left() const {
    return limits_.max_expanded - std::min(limits_.max_expanded, expanded_);
  }

 private:
  const Limits& limits_;
  WeirdCounts& weird_;
  std::bitset<kWeirdCount> counted_;
  size_t expanded_ = 0;
};

// A leaf on offer. Lives during the call; `value` lives as long as the message.
class Offer {
 public:
  // Values up to this size are classed whole at once, longer ones by their head first.
  static constexpr size_t kHead = 512;

  Offer(FieldId id, Message& message, UnwrapBudget& budget)
      : id_(id),
        message_(message),
        budget_(budget),
        value_(message.fields[id].value),
        hints_(message.fields.hints(message.fields[id])),
        head_classes_(classes_of(value_.substr(0, kHead))),
        has_all_classes_(value_.size() <= kHead) {}

  FieldId id() const { return id_; }
  const Field& field() const { return message_.fields[id_]; }
  std::string_view value() const { return value_; }
  Bytes bytes() const { return as_bytes(value_); }
  const MediaHints& hints() const { return hints_; }
  bool truncated() const { return field().truncated; }
  FieldTree& fields() { return message_.fields; }
  UnwrapBudget& budget() { return budget_; }

  ByteClasses head_classes() const { return head_classes_; }
  ByteClasses classes() {
    if (!has_all_classes_) {
      head_classes_ |= classes_of(value_.substr(kHead));
      has_all_classes_ = true;
    }
    return head_classes_;
  }

  // Makes room for the fields a document of `bytes` may have, where growing bit by bit would cost.
  void expect_fields_in(size_t bytes) {
    constexpr size_t kLong = 64 * 1024;
    constexpr size_t kBytesPerField = 12;
    if (bytes > kLong)
      fields().reserve(std::min(bytes / kBytesPerField, budget_.limits().max_fields));
  }
  // Adds a child; kNoField when the message has all the fields it may have.
  FieldId add(const Child& child) { return add_to(id_, child); }
  FieldId add_to(FieldId parent, const Child& child) {
    if (message_.fields.size() >= budget_.limits().max_fields) {
      budget_.count_once(Weird::unwrap_fields_cap);
      return kNoField;
    }
    return message_.fields.add_child(parent, child);
  }
  // Adds the whole value without the wrapping `name`. `text` must live in the arena or in the
  // value. The child has this field's hints, with `content_coding` in place of its coding.
  FieldId add_decoded(std::string_view name, std::string_view text, bool cut_off = false,
                      std::string_view content_coding = {});

 private:
  FieldId id_;
  Message& message_;
  UnwrapBudget& budget_;
  std::string_view value_;
  MediaHints hints_;
  ByteClasses head_classes_;
  bool has_all_classes_;
};

struct UnwrapperInfo {
  std::string_view name;  // what `encodings` says, for wrappings that are encodings
  // Looks at a leaf, by its hints and its content; where it is this wrapping, adds children and
  // returns true. Adding nothing and returning false leaves the field to the next unwrapper.
  bool (*unwrap)(Offer& offer) = nullptr;
  // Only values with a byte of at least one of these classes are offered; those with hints always
  // are.
  ByteClasses triggers = 0;
  ByteClasses rejects = 0;  // values with a byte of one of these are not offered
  bool by_head = false;     // the first Offer::kHead bytes decide; asked before those that need all
};

#define UNWRAPPER(name) extern const UnwrapperInfo name##_unwrapper;
#include "sensor/unwrap/unwrappers.inc"
#undef UNWRAPPER

// Is this text rather than bytes, as far as its first bytes tell? Then detectors search it.
FieldKind kind_of(std::string_view value);

}  // namespace telltale
