// Counts how the bytes above ASCII pair up (layouts: https://encoding.spec.whatwg.org/#indexes).
// Each set is believed only when most of its pairs are characters in daily use; random bytes spread
// over all of them.
#include "sensor/unwrap/charset_guess.h"

#include <cstddef>
#include <cstdint>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kFewestPairs = 2;
constexpr size_t kFewestForOneAlphabet = 8;

struct ByteShape {
  size_t ascii = 0;          // letters, digits and spaces
  size_t high = 0;           // bytes above ASCII
  size_t letters = 0;        // of these from c0 on: letters in Western European and Cyrillic sets
  size_t small_letters = 0;  // from e0 on
  size_t pairs = 0;          // lead and trail byte of a double-byte character
  size_t singles = 0;        // a high byte that is no part of a pair
  size_t symbols = 0;        // pairs of punctuation and full-width forms, the same rows everywhere
  size_t gbk = 0;            // pairs of GB 2312 level 1: the 3755 most used
  size_t hangul = 0;         // pairs of KS X 1001's syllables
  size_t kana = 0;           // pairs of Shift-JIS' hiragana and katakana
  size_t big5 = 0;           // pairs of Big5's frequent characters
  size_t big5_low = 0;       // of these with a trail byte in ASCII, as GB 2312 and EUC never have
};

void count_byte(uint8_t byte, ByteShape& shape) {
  if (byte < 0x80) {
    const char c = static_cast<char>(byte);
    shape.ascii += static_cast<size_t>(is_alpha(c) || is_digit(c) || c == ' ');
    return;
  }
  ++shape.high;
  shape.letters += static_cast<size_t>(byte >= 0xc0);
  shape.small_letters += static_cast<size_t>(byte >= 0xe0);
}

void count_pair(uint8_t lead, uint8_t trail, ByteShape& shape) {
  ++shape.pairs;
  const bool both_high = trail >= 0xa1;
  if (both_high && lead >= 0xa1 && lead <= 0xa3) ++shape.symbols;
  if (both_high && lead >= 0xb0 && lead <= 0xd7) ++shape.gbk;
  if (both_high && lead >= 0xb0 && lead <= 0xc8) ++shape.hangul;
  if ((lead == 0x82 && trail >= 0x9f) || (lead == 0x83 && trail <= 0x96)) ++shape.kana;
  if (lead >= 0xa4 && lead <= 0xc6 && (trail < 0x7f || both_high)) {
    ++shape.big5;
    if (trail < 0x80) ++shape.big5_low;
  }
}

ByteShape shape_of(std::string_view head) {
  ByteShape shape;
  for (const char c : head) count_byte(static_cast<uint8_t>(c), shape);
  for (size_t i = 0; i + 1 < head.size(); ++i) {
    const auto lead = static_cast<uint8_t>(head[i]);
    const auto trail = static_cast<uint8_t>(head[i + 1]);
    if (lead < 0x80) continue;
    if (lead == 0x80 || lead == 0xff || trail < 0x40 || trail == 0x7f || trail == 0xff) {
      ++shape.singles;
      continue;
    }
    ++i;
    count_pair(lead, trail, shape);
    // A letter behind an accented one, which has a letter before it, is no trail byte.
    const bool within_word = i >= 2 && is_alpha(head[i - 2]) && is_alpha(static_cast<char>(trail));
    if (trail < 0x80 && within_word) ++shape.singles;
  }
  return shape;
}

// Characters of three bytes as UTF-8 has them; in other encodings they hardly occur by chance.
size_t count_utf8(std::string_view head) {
  size_t count = 0;
  for (size_t i = 0; i + 2 < head.size(); ++i) {
    const auto is_tail = [&](size_t at) { return (static_cast<uint8_t>(head[at]) & 0xc0) == 0x80; };
    if ((static_cast<uint8_t>(head[i]) & 0xf0) == 0xe0 && is_tail(i + 1) && is_tail(i + 2)) ++count;
  }
  return count;
}

bool is_most(size_t part, size_t all, size_t percent) { return part * 100 >= all * percent; }

}  // namespace

std::string_view guessed_charset(std::string_view head) {
  const ByteShape shape = shape_of(head);
  if (shape.high == 0) return {};
  if (count_utf8(head) * 3 > shape.pairs) return {};  // damaged UTF-8
  if (shape.high >= kFewestForOneAlphabet && is_most(shape.letters, shape.high, 95) &&
      is_most(shape.small_letters, shape.high, 60) && shape.singles * 2 <= shape.pairs) {
    return "windows-1251";
  }
  if (shape.singles * 2 > shape.pairs)
    return shape.ascii >= shape.high * 2 ? "latin-1" : std::string_view{};
  if (shape.pairs < kFewestPairs) return {};
  if (shape.kana >= kFewestPairs && is_most(shape.kana, shape.pairs, 20)) return "shift-jis";
  if (is_most(shape.big5_low, shape.pairs, 20) &&
      is_most(shape.big5 + shape.symbols, shape.pairs, 75)) {
    return "big5";
  }
  if (shape.hangul >= kFewestForOneAlphabet && shape.hangul + shape.symbols == shape.pairs)
    return "euc-kr";
  const size_t percent = shape.pairs < kFewestForOneAlphabet ? 75 : 50;
  return is_most(shape.gbk + shape.symbols, shape.pairs, percent) ? "gbk" : std::string_view{};
}

}  // namespace telltale
