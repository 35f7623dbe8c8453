// XML's tokens (XML 1.0), read leniently: no document tree, no DTD, and no entities but the
// predefined ones and numbers, so that nothing can expand.
#pragma once

#include <cstddef>
#include <string_view>

namespace telltale::xml {

enum class TokenKind : unsigned char { start, end, text, end_of_input };

struct Token {
  TokenKind kind = TokenKind::end_of_input;
  std::string_view name;        // of start and end, without its namespace prefix
  std::string_view attributes;  // of start: what stands behind the name
  std::string_view text;        // raw; entities not decoded
  bool is_cdata = false;        // of text: there are no entities in it
  bool is_empty = false;        // of start: <name/>
  bool cut_off = false;         // the input ended in it
};

class Tokens {
 public:
  Tokens(std::string_view text, size_t at) : text_(text), at_(at) {}
  // Comments, declarations and processing instructions are passed over.
  Token next();
  size_t position() const { return at_; }

 private:
  Token tag();
  bool pass_over_markup();

  std::string_view text_;
  size_t at_;
};

struct Attribute {
  std::string_view name;  // without its namespace prefix
  std::string_view value;
};

// Takes the first attribute off `attributes`, namespaces passed over; false when there is none
// left.
bool next_attribute(std::string_view* attributes, Attribute* attribute);

bool is_name_start(char c);

}  // namespace telltale::xml
