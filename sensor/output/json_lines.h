// Events as JSON lines (EVE): one object a line, UTF-8, nothing but printable text.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "sensor/model/event.h"
#include "sensor/output/describe.h"

namespace telltale {

// One line, without its end.
std::string to_json_line(const Event& event, const EventContext& context);
// `text` as a JSON string with its quotes.
std::string json_quoted(std::string_view text);

class JsonLineSink {
 public:
  // Writes to `file`, which stays the caller's, many lines at once: flush() where they must be
  // there.
  JsonLineSink(std::FILE* file, EventContext context);
  ~JsonLineSink();
  JsonLineSink(const JsonLineSink&) = delete;

  void write(const Event& event);
  // False when anything could not be written.
  bool flush();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
