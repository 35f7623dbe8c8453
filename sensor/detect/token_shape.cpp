#include "sensor/detect/token_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "sensor/base/char_set.h"
#include "sensor/base/encoding.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 16;
constexpr size_t kLongest = 64;
constexpr double kLeastBits = 3.0;  // a character: 16 random hexadecimal digits have 3.3 on average
constexpr size_t kLongestWordLike = 7;    // letters of one case in a row
constexpr int kLeastChanges = 4;          // from letters to digits and back
constexpr size_t kShortestSubstring = 5;  // words that are looked for within others
constexpr CharSet kSeparators("-_");

// With a space before and behind.
constexpr std::string_view kPassing[] = {
#define WORD(word) " " #word " ",
#include "sensor/detect/passing_words.inc"
#undef WORD
};

double bits_a_character(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<uint8_t>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

enum class Kind { other, lower, upper, digit };

Kind kind_of(char c) {
  if (is_digit(c)) return Kind::digit;
  if (!is_alpha(c)) return Kind::other;
  return c >= 'a' ? Kind::lower : Kind::upper;
}

bool is_mixed(std::string_view text) {
  size_t run = 0;
  size_t digits = 0;
  int changes = 0;
  Kind before = Kind::other;
  bool digit_before = false;
  bool any_before = false;
  for (const char c : text) {
    const Kind kind = kind_of(c);
    run = kind == before ? run + 1 : 1;
    before = kind;
    if (kind == Kind::other) continue;
    if (kind != Kind::digit && run > kLongestWordLike) return false;
    if (kind == Kind::digit) ++digits;
    const bool digit = kind == Kind::digit;
    if (any_before && digit != digit_before) ++changes;
    digit_before = digit;
    any_before = true;
  }
  return digits >= 2 && digits + 2 <= text.size() && changes >= kLeastChanges;
}

}  // namespace

bool is_random_token(std::string_view value) {
  if (value.size() < kShortest || value.size() > kLongest) return false;
  while (!value.empty() && value.back() == '=') value.remove_suffix(1);
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '_';
  });
  if (!plain || value.size() < kShortest || is_placeholder(value)) return false;
  if (kSeparators.find_in(value) != std::string_view::npos && !is_uuid(value)) {
    // "2024-05-06T10-20-30Z", "en_US-1a2b": parts that are short are separated by somebody, not by
    // chance.
    size_t longest = 0;
    for (size_t begin = 0; begin <= value.size();) {
      const size_t end = std::min(kSeparators.find_in(value, begin), value.size());
      longest = std::max(longest, end - begin);
      begin = end + 1;
    }
    if (longest < 12) return false;
  }
  return is_mixed(value) && bits_a_character(value) >= kLeastBits;
}

bool names_something_passing(std::string_view key) {
  std::string plain;
  std::string words = " ";  // in lower case, each with a space before and behind
  plain.reserve(key.size());
  words.reserve(2 * key.size() + 2);
  for (size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    const bool is_word_char = is_alpha(c) || is_digit(c);
    const bool begins = c >= 'A' && c <= 'Z' && i > 0 && key[i - 1] >= 'a' && key[i - 1] <= 'z';
    if ((!is_word_char || begins) && words.back() != ' ') words += ' ';
    if (!is_word_char) continue;
    words += ascii_lower(c);
    plain += ascii_lower(c);
  }
  words += ' ';
  return std::any_of(std::begin(kPassing), std::end(kPassing), [&](std::string_view word) {
    const std::string_view bare = word.substr(1, word.size() - 2);
    return bare.size() >= kShortestSubstring ? plain.find(bare) != std::string::npos
                                             : words.find(word) != std::string::npos;
  });
}

}  // namespace telltale
