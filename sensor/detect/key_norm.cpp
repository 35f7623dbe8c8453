#include "sensor/detect/key_norm.h"

#include <array>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// What normalising makes of an ASCII byte: itself or its lower case; 0 for what only separates.
constexpr std::array<char, 128> kPlain = [] {
  std::array<char, 128> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = c;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = static_cast<char>(c | 0x20);
  return table;
}();

// The base letter of a Latin letter with a diacritic; 0 when there is none. Unicode blocks Latin-1
// Supplement (U+00C0) and Latin Extended-A (U+0100), 64 and 128 code points.
char base_letter(uint32_t code) {
  static constexpr std::string_view kLatin1 =
      "aaaaaaaceeeeiiiidnooooo.ouuuuy.saaaaaaaceeeeiiiidnooooo.ouuuuy.y";
  static constexpr std::string_view kExtendedA =
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrr"
      "ssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
  if (code >= 0xc0 && code < 0x100) {
    const char letter = kLatin1[code - 0xc0];
    return letter == '.' ? '\0' : letter;
  }
  if (code >= 0x100 && code < 0x100 + kExtendedA.size()) return kExtendedA[code - 0x100];
  if (code == 0x1a0 || code == 0x1a1) return 'o';  // Vietnamese
  if (code == 0x1af || code == 0x1b0) return 'u';
  if (code < 0x1ea0 || code > 0x1ef9) return '\0';
  if (code <= 0x1eb7) return 'a';
  if (code <= 0x1ec7) return 'e';
  if (code <= 0x1ecb) return 'i';
  if (code <= 0x1ee3) return 'o';
  return code <= 0x1ef1 ? 'u' : 'y';
}

// Lower case of Greek and Cyrillic capitals (U+0391, U+0400, U+0410 blocks).
uint32_t lower_of(uint32_t code) {
  if (code >= 0x410 && code <= 0x42f) return code + 0x20;
  if (code >= 0x400 && code <= 0x40f) return code + 0x50;
  if (code >= 0x391 && code <= 0x3a9) return code + 0x20;
  return code;
}

// Thai, Japanese, Chinese, Korean: any letter may begin a word.
bool is_of_script_without_spaces(uint32_t code) {
  return (code >= 0x0e00 && code < 0x0e80) || (code >= 0x3040 && code < 0xa000) ||
         (code >= 0xac00 && code < 0xd7b0);
}

// One UTF-8 sequence of two or three bytes at the start of `text`; one byte and no code for anything else.
struct CodePoint {
  uint32_t code = 0;
  size_t size = 1;
};

CodePoint decode(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if ((at(0) & 0xe0) == 0xc0 && text.size() >= 2 && (at(1) & 0xc0) == 0x80) {
    return {(at(0) & 0x1fU) << 6 | (at(1) & 0x3fU), 2};
  }
  if ((at(0) & 0xf0) == 0xe0 && text.size() >= 3 && (at(1) & 0xc0) == 0x80 && (at(2) & 0xc0) == 0x80) {
    return {(at(0) & 0x0fU) << 12 | (at(1) & 0x3fU) << 6 | (at(2) & 0x3fU), 3};
  }
  return {};
}

class Normaliser {
 public:
  explicit Normaliser(NormalKey& out) : out_(out) {}

  bool put(char c) {
    if (out_.size == NormalKey::kCapacity) return false;
    if (word_begins_) out_.word_starts |= uint64_t{1} << out_.size;
    word_begins_ = false;
    out_.text[out_.size++] = c;
    return true;
  }
  void begin_word() { word_begins_ = true; }

  // Returns how many bytes it took; 0 when the key is too long.
  size_t put_sequence(std::string_view text) {
    const CodePoint point = decode(text);
    if (const char base = base_letter(point.code); base != '\0') return put(base) ? point.size : 0;
    const uint32_t lower = lower_of(point.code);
    if (lower != point.code) {
      const bool fits = put(static_cast<char>(0xc0 | lower >> 6)) &&
                        put(static_cast<char>(0x80 | (lower & 0x3f)));
      return fits ? point.size : 0;
    }
    if (is_of_script_without_spaces(point.code)) begin_word();
    for (size_t i = 0; i < point.size; ++i) {
      if (!put(text[i])) return 0;
    }
    return point.size;
  }

 private:
  NormalKey& out_;
  bool word_begins_ = true;
};

}  // namespace

void normalise_key(std::string_view key, NormalKey& out) {
  out.size = 0;
  out.word_starts = 0;
  if (key.size() > 2 * NormalKey::kCapacity) return;
  Normaliser normal(out);
  for (size_t i = 0; i < key.size();) {
    const char c = key[i];
    if (static_cast<uint8_t>(c) >= 0x80) {
      const size_t taken = normal.put_sequence(key.substr(i));
      if (taken == 0) {
        out.size = 0;
        return;
      }
      i += taken;
      continue;
    }
    const char plain = kPlain[static_cast<size_t>(c)];
    if (plain == '\0') {
      normal.begin_word();
      ++i;
      continue;
    }
    if (plain != c) {
      const bool hump = i > 0 && (is_lower(key[i - 1]) || is_digit(key[i - 1]));
      const bool ends_acronym =
          i > 0 && is_upper(key[i - 1]) && i + 1 < key.size() && is_lower(key[i + 1]);
      if (hump || ends_acronym) normal.begin_word();
    }
    if (!normal.put(plain)) {
      out.size = 0;
      return;
    }
    ++i;
  }
}

}  // namespace telltale
