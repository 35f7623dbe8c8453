// Messages made by hand, as a parser would make them.
//
//   Message message = MessageBuilder().query("imei=1").header("Cookie", "a=b").body("{}").take();
#pragma once

#include <string_view>
#include <utility>

#include "sensor/model/message.h"

namespace telltale::test {

class MessageBuilder {
 public:
  MessageBuilder() { message_.protocol = "http"; }

  MessageBuilder& host(std::string_view name) {
    message_.host = name;
    return *this;
  }
  MessageBuilder& path(std::string_view text) { return root("http.request.path", text); }
  MessageBuilder& query(std::string_view text) { return root("http.request.query", text); }
  MessageBuilder& header(std::string_view name, std::string_view value) {
    return item("http.request.header", name, value);
  }
  MessageBuilder& cookie(std::string_view name, std::string_view value) {
    return item("http.request.cookie", name, value);
  }
  MessageBuilder& body(std::string_view text, std::string_view media_type = {}) {
    return root("http.request.body", text, {media_type, {}});
  }
  // `name` must be static.
  MessageBuilder& root(std::string_view name, std::string_view text, MediaHints hints = {}) {
    if (text.empty()) return *this;
    hints.media_type = keep(hints.media_type);
    message_.fields.add_root(name, keep(text), offset_, hints);
    offset_ += static_cast<uint32_t>(text.size());
    return *this;
  }
  MessageBuilder& item(std::string_view root_name, std::string_view key, std::string_view value) {
    message_.fields.add_item(root_name, keep(key), keep(value), offset_);
    offset_ += static_cast<uint32_t>(value.size());
    return *this;
  }
  MessageBuilder& cut_off() {
    message_.fields.set_truncated(static_cast<FieldId>(message_.fields.size() - 1));
    return *this;
  }
  Message take() { return std::move(message_); }

 private:
  std::string_view keep(std::string_view text) { return message_.fields.arena().keep(text); }

  Message message_;
  uint32_t offset_ = 0;
};

}  // namespace telltale::test
