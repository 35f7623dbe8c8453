// The base64 part of KnownScanner (RFC 4648 sections 4 and 5).
#include <algorithm>
#include <array>

#include "sensor/detect/known_scan.h"

namespace telltale {
namespace {

constexpr size_t kShortestDigest = 22;  // characters of 16 bytes
constexpr size_t kMostOther = 2;        // groups of other letters within text
constexpr size_t kMostTextSize = 64 * 1024;

constexpr std::array<uint8_t, 256> make_values() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<uint8_t, 256> values{};
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  values[static_cast<uint8_t>('-')] = 62;
  values[static_cast<uint8_t>('_')] = 63;
  return values;
}
constexpr std::array<uint8_t, 256> kValues = make_values();

uint32_t value_of(char c) { return kValues[static_cast<uint8_t>(c)]; }

// REQUIRES: characters of the alphabets only. A last one alone is left out.
std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4 + 3);
  for (size_t i = 0; i + 1 < text.size(); i += 4) {
    const size_t have = std::min<size_t>(4, text.size() - i);
    const uint32_t group = value_of(text[i]) << 18 | value_of(text[i + 1]) << 12 |
                           (have > 2 ? value_of(text[i + 2]) << 6 : 0) |
                           (have > 3 ? value_of(text[i + 3]) : 0);
    out += static_cast<char>(group >> 16);
    if (have > 2) out += static_cast<char>(group >> 8 & 0xff);
    if (have > 3) out += static_cast<char>(group & 0xff);
  }
  return out;
}

// Would these four characters decode to three bytes below 0x80?
bool is_ascii_group(const char* text) {
  return ((value_of(text[0]) & 32) | (value_of(text[1]) & 8) | (value_of(text[2]) & 2)) == 0;
}

// The groups around text that may belong to it: other letters (UTF-8) between ASCII ones, and one
// more at either end, as the value's first and last characters may share a group with other bytes.
// `from` and `end` are where groups begin.
size_t start_of_stretch(std::string_view run, size_t from, size_t least) {
  size_t start = from;
  for (size_t at = from, others = 0; at >= least + 4 && others <= kMostOther;) {
    at -= 4;
    if (is_ascii_group(run.data() + at)) {
      start = at;
      others = 0;
    } else {
      ++others;
    }
  }
  return start >= 4 ? start - 4 : start;
}

size_t end_of_stretch(std::string_view run, size_t end) {
  size_t others = 0;
  for (size_t at = end; at + 4 <= run.size() && others <= kMostOther; at += 4) {
    if (is_ascii_group(run.data() + at)) {
      end = at + 4;
      others = 0;
    } else {
      ++others;
    }
  }
  return std::min(end + 4, run.size());
}

std::string_view name_of_alphabet(std::string_view text) {
  return text.find_first_of("-_") == std::string_view::npos ? "base64" : "base64url";
}

}  // namespace

void KnownScanner::on_base64(const Scope& scope, Place place) {
  if (wants_.byte_sizes != 0 && place.size >= kShortestDigest && !try_base64_bytes(scope, place)) {
    // In a path the run is longer than the value.
    const size_t end = place.begin + place.size;
    for (size_t begin = place.begin; begin < end;) {
      const size_t slash = std::min(end, scope.text.find('/', begin));
      const bool is_part = begin != place.begin || slash != end;
      if (is_part && slash - begin >= kShortestDigest)
        try_base64_bytes(scope, {begin, slash - begin});
      begin = slash + 1;
    }
  }
  if (wants_.texts) look_into_base64(scope, place);
}

// Raw bytes, whole: true when the run has the size of some, whether known or not.
bool KnownScanner::try_base64_bytes(const Scope& scope, Place place) {
  if (place.size % 4 == 1 || place.size > 86) return false;
  const size_t size = place.size * 3 / 4;
  if (size >= 64 || (wants_.byte_sizes >> size & 1) == 0) return false;
  const std::string_view run = scope.text.substr(place.begin, place.size);
  const bool is_base64 =
      std::all_of(run.begin(), run.end(), [](char c) { return value_of(c) != 0 || c == 'A'; });
  if (!is_base64) return false;
  look_up_bytes(scope, place, decoded(run), name_of_alphabet(run));
  return true;
}

// Text anywhere in the run, from each of the four places where a group may begin: told by two
// groups of ASCII in a row and one more at most three before. One look at each character serves all
// four.
void KnownScanner::look_into_base64(const Scope& scope, Place place) {
  const std::string_view run = scope.text.substr(place.begin, std::min(place.size, kMostTextSize));
  // Text without a capital in its base64 has none but few letters: hexadecimal digits and words are
  // left here.
  if (std::none_of(run.begin(), run.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return;
  constexpr uint32_t kTwo = 1U | 1U << 4;
  constexpr uint32_t kOneBefore = 1U << 8 | 1U << 12 | 1U << 16;
  std::array<size_t, 4> done{};
  uint32_t groups = 0;  // bit i: an ASCII group began i characters ago
  for (size_t at = 0; at + 4 <= run.size(); ++at) {
    groups = groups << 1 | (is_ascii_group(run.data() + at) ? 1 : 0);
    if ((groups & kTwo) != kTwo || (groups & kOneBefore) == 0 || at < done[at % 4]) continue;
    const size_t begin = start_of_stretch(run, at - 4, done[at % 4]);
    const size_t end = end_of_stretch(run, at + 4);
    done[at % 4] = end;
    const std::string_view stretch = run.substr(begin, end - begin);
    look_into(scope, decoded(stretch), name_of_alphabet(stretch));
  }
}

}  // namespace telltale
