// JSON put together member by member (RFC 8259), for answers that are no events. All text is made
// valid UTF-8; control characters are escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace telltale {

// `text` as a JSON string, with its quotes.
std::string json_string(std::string_view text);

class JsonText {
 public:
  void begin_object() { open('{'); }
  void begin_object(std::string_view name) {
    key(name);
    open('{');
  }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void begin_array(std::string_view name) {
    key(name);
    open('[');
  }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    text_ += json_string(name);
    text_ += ':';
    fresh_ = true;
  }

  // Elements of an array, or the value after key().
  void string(std::string_view value) { json(json_string(value)); }
  void integer(uint64_t value) { json(std::to_string(value)); }
  void boolean(bool value) { json(value ? "true" : "false"); }
  void real(double value);  // null where there is no such number in JSON
  void null() { json("null"); }
  // What is JSON already.
  void json(std::string_view value) {
    separate();
    text_ += value;
  }

  // Members of an object.
  void string(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void string_if(std::string_view name, std::string_view value) {
    if (!value.empty()) string(name, value);
  }
  void integer(std::string_view name, uint64_t value) {
    key(name);
    integer(value);
  }
  void boolean(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  void real(std::string_view name, double value) {
    key(name);
    real(value);
  }
  void json(std::string_view name, std::string_view value) {
    key(name);
    json(value);
  }
  template <typename List, typename Write>
  void array(std::string_view name, const List& items, Write write) {
    begin_array(name);
    for (const auto& item : items) write(item);
    end_array();
  }
  template <typename List>
  void strings(std::string_view name, const List& items) {
    array(name, items, [this](std::string_view item) { string(item); });
  }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  void open(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    fresh_ = false;
  }

  std::string text_;
  bool fresh_ = true;  // nothing stands before what comes that a comma would part it from
};

}  // namespace telltale
