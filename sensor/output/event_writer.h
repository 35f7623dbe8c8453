// What a sink gets an event through: keys and values in a fixed order. describe() calls it; a sink
// that wants another form than JSON implements it.
#pragma once

#include <cstdint>
#include <string_view>

namespace telltale {

// `key` is empty for elements of an array.
class EventWriter {
 public:
  virtual ~EventWriter() = default;
  virtual void begin_object(std::string_view key) = 0;
  virtual void end_object() = 0;
  virtual void begin_array(std::string_view key) = 0;
  virtual void end_array() = 0;
  virtual void text(std::string_view key, std::string_view value) = 0;
  virtual void number(std::string_view key, uint64_t value) = 0;
  virtual void real(std::string_view key, double value) = 0;  // three decimals are enough
  virtual void boolean(std::string_view key, bool value) = 0;
};

}  // namespace telltale
