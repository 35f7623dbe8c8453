#include "sensor/policy/stix_pattern.h"

#include <array>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

enum class TokenKind { word, text, sign, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
};

// Words are object paths, operators and numbers; text is what stood in quotes.
class Tokens {
 public:
  explicit Tokens(std::string_view pattern) : rest_(pattern) {}

  // Nothing where a quote does not end.
  bool next(Token& token) {
    rest_ = trim(rest_);
    token = {};
    if (rest_.empty()) return true;
    if (rest_.front() == '\'') return text(token);
    static constexpr std::string_view kSigns = "[](),=!<>";
    if (kSigns.find(rest_.front()) != std::string_view::npos) {
      token = {TokenKind::sign, std::string(1, rest_.front())};
      rest_.remove_prefix(1);
      return true;
    }
    size_t end = 0;
    while (end < rest_.size() && !is_space(rest_[end]) && rest_[end] != '\'' &&
           kSigns.find(rest_[end]) == std::string_view::npos) {
      ++end;
    }
    token = {TokenKind::word, std::string(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return true;
  }

 private:
  bool text(Token& token) {
    token.kind = TokenKind::text;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\' && i + 1 < rest_.size()) {
        token.text += rest_[++i];
      } else if (rest_[i] == '\'') {
        rest_.remove_prefix(i + 1);
        return true;
      } else {
        token.text += rest_[i];
      }
    }
    return false;
  }

  std::string_view rest_;
};

bool is_destination(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kPaths = {
      "domain-name:value", "ipv4-addr:value", "ipv6-addr:value", "url:value", "hostname:value"};
  for (const std::string_view known : kPaths) {
    if (path == known) return true;
  }
  return false;
}

}  // namespace

StixValues stix_destinations(std::string_view pattern) {
  StixValues found;
  Tokens tokens(pattern);
  Token token;
  std::string path;
  bool negated = false;
  bool joined = false;
  bool equal = false;
  bool any = false;
  while (true) {
    if (!tokens.next(token)) {
      found.sound = false;
      break;
    }
    if (token.kind == TokenKind::end) break;
    any = true;
    if (token.kind == TokenKind::word) {
      if (token.text == "AND" || token.text == "FOLLOWEDBY")
        joined = true;
      else if (token.text == "NOT")
        negated = true;
      else if (token.text == "IN" || token.text == "ISSUBSET")
        equal = true;
      else if (token.text.find(':') != std::string::npos) {
        path = token.text;
        equal = negated = false;
      }
    } else if (token.kind == TokenKind::sign) {
      if (token.text == "=") equal = !negated;
      if (token.text == "!" || token.text == "<" || token.text == ">") negated = true;
    } else if (is_destination(path)) {
      if (equal && !negated)
        found.values.push_back(token.text);
      else
        found.partial = true;
    }
  }
  found.sound = found.sound && any;
  if (joined && !found.values.empty()) {
    found.partial = true;
    found.values.clear();
  }
  return found;
}

}  // namespace telltale
