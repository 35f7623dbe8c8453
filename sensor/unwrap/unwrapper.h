// The contract of a wrapping: it turns one Field into child Fields.
//
// To add one: a file that defines an UnwrapperInfo, its test, and a line UNWRAPPER(name) in unwrappers.inc.
#pragma once

#include <string_view>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/model/message.h"

namespace telltale {

// What one message may cost; shared by all unwrappers that work on it. A spent budget is counted as a
// Weird once, and the message keeps what it has.
class UnwrapBudget {
 public:
  explicit UnwrapBudget(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}
  const Limits& limits() const { return limits_; }
  void count(Weird weird) { weird_.count(weird); }
  // May `bytes` more be made? Takes them when so.
  bool take_bytes(size_t bytes) {
    if (bytes > limits_.max_expanded - expanded_) return false;
    expanded_ += bytes;
    return true;
  }
  size_t bytes_left() const { return limits_.max_expanded - expanded_; }

 private:
  const Limits& limits_;
  WeirdCounts& weird_;
  size_t expanded_ = 0;
};

struct UnwrapperInfo {
  std::string_view name;  // what `encodings` says, for wrappings that are encodings
  // Looks at a leaf, by its hints and its content; where it is this wrapping, adds children and returns
  // true. Adding nothing and returning false leaves the field to the next unwrapper.
  bool (*unwrap)(FieldId field, Message& message, UnwrapBudget& budget) = nullptr;
};

}  // namespace telltale
