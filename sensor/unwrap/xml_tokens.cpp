#include "sensor/unwrap/xml_tokens.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale::xml {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kCdata = "<![CDATA[";

bool is_name_char(char c) {
  return is_name_start(c) || is_digit(c) || c == '-' || c == '.' || c == ':';
}

std::string_view local_name(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == kNone ? name : name.substr(colon + 1);
}

size_t name_end(std::string_view text, size_t at) {
  while (at < text.size() && is_name_char(text[at])) ++at;
  return at;
}

// Where the tag ends that starts before `at`: at its '>' outside of quotes, or the text's size.
size_t tag_end(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != '>') {
    const char c = text[at++];
    if (c == '"' || c == '\'') {
      const size_t close = text.find(c, at);
      at = close == kNone ? text.size() : close + 1;
    }
  }
  return at;
}

}  // namespace

bool is_name_start(char c) { return is_alpha(c) || c == '_' || static_cast<uint8_t>(c) >= 0x80; }

// Passes over <!...>, <?...?> and <!--...-->; false when another thing stands here.
bool Tokens::pass_over_markup() {
  const std::string_view rest = text_.substr(at_);
  std::string_view closing = ">";
  if (rest.starts_with("<!--")) {
    closing = "-->";
  } else if (rest.starts_with("<?")) {
    closing = "?>";
  } else if (!rest.starts_with("<!") || rest.starts_with(kCdata)) {
    return false;
  }
  // A DTD's own declarations stand in brackets.
  if (closing == ">" && rest.substr(0, rest.find('>')).find('[') != kNone) closing = "]>";
  const size_t end = text_.find(closing, at_ + 2);
  at_ = end == kNone ? text_.size() : end + closing.size();
  return true;
}

Token Tokens::next() {
  while (at_ < text_.size() && text_[at_] == '<') {
    if (pass_over_markup()) continue;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with(kCdata)) {
      const size_t begin = at_ + kCdata.size();
      const size_t end = std::min(text_.find("]]>", begin), text_.size());
      at_ = std::min(text_.size(), end + 3);
      std::string_view cdata = text_.substr(begin, end - begin);
      const bool cut_off = end == text_.size();
      while (cut_off && cdata.ends_with(']')) cdata.remove_suffix(1);  // of half a "]]>"
      return {.kind = TokenKind::text, .text = cdata, .is_cdata = true, .cut_off = cut_off};
    }
    if (rest.size() == 1) return {};  // what it starts is cut off
    if (rest[1] == '/' || is_name_start(rest[1])) return tag();
    break;  // a '<' that starts nothing is text
  }
  if (at_ >= text_.size()) return {};
  const size_t begin = at_;
  at_ = std::min(text_.find('<', at_ + 1), text_.size());
  return {.kind = TokenKind::text,
          .text = text_.substr(begin, at_ - begin),
          .cut_off = at_ == text_.size()};
}

Token Tokens::tag() {
  const bool is_end = text_[at_ + 1] == '/';
  const size_t begin = at_ + (is_end ? 2 : 1);
  const size_t after_name = name_end(text_, begin);
  const size_t end = tag_end(text_, after_name);
  at_ = std::min(text_.size(), end + 1);
  Token token{.kind = is_end ? TokenKind::end : TokenKind::start};
  token.name = local_name(text_.substr(begin, after_name - begin));
  token.attributes = text_.substr(after_name, end - after_name);
  token.is_empty = !is_end && token.attributes.ends_with('/');
  if (token.is_empty) token.attributes.remove_suffix(1);
  token.cut_off = end == text_.size();
  if (token.cut_off && after_name == text_.size()) return {};  // its name is not known
  return token;
}

namespace {

bool read_attribute(std::string_view* attributes, Attribute* attribute) {
  std::string_view rest = *attributes;
  while (!rest.empty() && !is_name_start(rest[0])) rest.remove_prefix(1);
  const size_t end = name_end(rest, 0);
  attribute->name = rest.substr(0, end);
  rest = rest.substr(end);
  while (!rest.empty() && is_space(rest[0])) rest.remove_prefix(1);
  if (attribute->name.empty()) return false;
  if (!rest.starts_with('=')) {
    *attributes = rest;
    attribute->value = {};
    return !rest.empty();
  }
  rest.remove_prefix(1);
  while (!rest.empty() && is_space(rest[0])) rest.remove_prefix(1);
  if (rest.empty()) return false;
  const char quote = rest[0];
  if (quote != '"' && quote != '\'') {
    const size_t stop = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    attribute->value = rest.substr(0, stop);
    *attributes = rest.substr(stop);
    return true;
  }
  const size_t close = rest.find(quote, 1);
  if (close == kNone) return false;  // cut off
  attribute->value = rest.substr(1, close - 1);
  *attributes = rest.substr(close + 1);
  return true;
}

}  // namespace

bool next_attribute(std::string_view* attributes, Attribute* attribute) {
  while (read_attribute(attributes, attribute)) {
    if (attribute->name.starts_with("xmlns")) continue;
    attribute->name = local_name(attribute->name);
    return true;
  }
  return false;
}

}  // namespace telltale::xml
