// One HTTP request while it comes in, and the Message it becomes. Shared by HTTP/1 and HTTP/2.
//
// The parser appends pieces in the order of the wire; text is held once and moved into the Message.
// Content offsets count target, names, values and body bytes in that order.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/proto/parser.h"

namespace telltale {

// The root names of a version of HTTP.
struct HttpRoots {
  std::string_view protocol;
  std::string_view path;
  std::string_view query;
  std::string_view header;
  std::string_view cookie;
  std::string_view body;
};

class HttpRequest {
 public:
  HttpRequest(const HttpRoots& roots, const Limits& limits) : roots_(roots), limits_(limits) {}

  bool empty() const { return text_.empty() && pieces_.empty(); }
  bool is_full() const { return items_.size() >= limits_.max_header_fields; }
  size_t body_size() const { return body_.size(); }
  // How many more bytes the head may have.
  size_t head_room() const { return limits_.max_head - std::min(limits_.max_head, text_.size()); }

  void add_target(std::string_view piece, FrameRef frame);
  void add_name(std::string_view piece, FrameRef frame);  // after a value: the next field begins
  void add_value(std::string_view piece, FrameRef frame);
  // At most `room` bytes are kept, besides the cap for a body.
  void add_body(std::string_view piece, FrameRef frame, ParserSink& sink, size_t room = SIZE_MAX);
  // A body of so many bytes is announced, which need not be true.
  void expect_body(uint64_t size);
  // Bytes of the body are missing here.
  void note_body_gap();

  // The value of the first field of that name, as far as it came in; empty when there is none.
  std::string_view header(std::string_view name) const;
  // What names the server instead of the Host field (":authority").
  void set_authority(std::string_view host) { authority_ = host; }
  std::string_view authority() const { return authority_; }

  // Gives out the message and starts over.
  void emit(Timestamp ts, bool truncated, ParserSink& sink);

 private:
  struct Item {  // positions in text_, and the content offset of the value
    uint32_t name = 0;
    uint32_t name_size = 0;
    uint32_t value = 0;
    uint32_t value_size = 0;
    uint32_t wire = 0;
    bool has_value = false;
  };
  struct Piece {  // of the body, without a gap inside
    size_t begin = 0;
    uint32_t wire = 0;
  };
  class Emission;
  struct When {
    Timestamp ts;
    FrameRef frame;
  };

  void tell_dns_question(const std::string& question, const When& when, ParserSink& sink) const;

  void append(std::string_view piece, FrameRef frame);
  void reset();
  std::string_view slice(uint32_t begin, uint32_t size) const {
    return std::string_view(text_).substr(begin, size);
  }

  const HttpRoots& roots_;
  const Limits& limits_;
  std::string text_;
  uint32_t target_ = 0;
  uint32_t target_size_ = 0;
  std::vector<Item> items_;
  std::string body_;
  std::vector<Piece> pieces_;
  std::string authority_;
  FrameMap frames_;
  uint32_t content_ = 0;   // bytes taken in so far
  uint64_t not_kept_ = 0;  // of fields beyond the cap
  bool in_dropped_field_ = false;
  bool body_capped_ = false;
  bool body_gap_ = false;
};

// Lower case, without port, brackets and final dot.
std::string normal_host(std::string_view authority);

}  // namespace telltale
