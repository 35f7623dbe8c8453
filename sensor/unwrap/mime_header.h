// Header lines of MIME entities (RFC 5322 section 2.2, RFC 2045, RFC 2183): mails and multipart
// parts.
#pragma once

#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

struct MimeHeader {
  std::string_view name;
  std::string_view value;  // trimmed, still folded
  size_t value_begin = 0;  // in the text
};

// Walks the header lines of `text` from `at` on.
class MimeHeaderReader {
 public:
  MimeHeaderReader(std::string_view text, size_t at) : text_(text), at_(at) {}
  // False at the blank line that ends the headers, at a line that is none, and at the end of the
  // text.
  bool next(MimeHeader* header);
  // Where the body starts, once next() said false: behind the blank line.
  size_t position() const { return at_; }
  bool ended() const { return ended_; }  // by a blank line

 private:
  std::string_view text_;
  size_t at_;
  bool ended_ = false;
};

// The parameter `name` of a header's value ("multipart/mixed; boundary=x"), without quotes; empty
// when it is not there.
std::string_view header_parameter(std::string_view value, std::string_view name);

// `value` on one line, encoded words (RFC 2047) and %-escapes of RFC 2231 decoded; in the arena
// when changed.
std::string_view header_text(std::string_view value, Offer& offer);

// What the headers of an entity say about its body.
struct EntityHeaders {
  std::string_view name;  // Content-Disposition
  std::string_view file_name;
  MediaHints hints;  // Content-Type; Content-Encoding and Content-Transfer-Encoding as one coding
};
// Takes from `header` what it says. `coding` lives in the arena.
void take_entity_header(const MimeHeader& header, EntityHeaders& entity, Offer& offer);

}  // namespace telltale
