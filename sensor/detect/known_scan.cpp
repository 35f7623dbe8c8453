#include "sensor/detect/known_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kOverlap = 512;  // of two windows; no candidate but a base64 run is longer
constexpr size_t kMostBinary =
    64 * 1024;  // of binary data that is searched for raw bytes at any place
constexpr size_t kShortestHexText = 2 * kShortestInText;
constexpr size_t kShortestBase64 = 16;  // in a longer text
constexpr size_t kShortestGroups = 9;   // digits of a number written in groups
constexpr size_t kShortestInWord = 10;  // digits of a number within a word of letters and digits
constexpr uint8_t kMacParts[] = {2, 2, 2, 2, 2, 2};
constexpr uint8_t kDottedMacParts[] = {4, 4, 4};
constexpr uint8_t kUuidParts[] = {8, 4, 4, 4, 12};

bool has_size(uint64_t sizes, size_t size) { return size < 64 && (sizes >> size & 1) != 0; }
unsigned smallest(uint64_t sizes) {
  return sizes == 0 ? 64 : static_cast<unsigned>(std::countr_zero(sizes));
}
bool is_word_char(char c) { return is_alpha(c) || is_digit(c); }

constexpr std::array<uint8_t, 256> make_hex_values() {
  std::array<uint8_t, 256> values{};
  for (auto& value : values) value = 0xff;
  for (uint8_t i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = i;
  for (uint8_t i = 0; i < 6; ++i) {
    values[static_cast<size_t>('a' + i)] = values[static_cast<size_t>('A' + i)] =
        static_cast<uint8_t>(10 + i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kHexValues = make_hex_values();

// Hexadecimal digits to bytes; false when there is another character. REQUIRES: an even number of
// them, room for half as many.
bool decode_hex(std::string_view digits, char* out) {
  uint8_t bad = 0;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    const uint8_t high = kHexValues[static_cast<uint8_t>(digits[i])];
    const uint8_t low = kHexValues[static_cast<uint8_t>(digits[i + 1])];
    bad |= static_cast<uint8_t>(high | low);
    *out++ = static_cast<char>(high << 4 | low);
  }
  return bad < 16;
}

bool is_hex_digit(char c) { return kHexValues[static_cast<uint8_t>(c)] < 16; }

bool begins_with_hex(std::string_view text) {
  return (kHexValues[static_cast<uint8_t>(text[0])] | kHexValues[static_cast<uint8_t>(text[1])] |
          kHexValues[static_cast<uint8_t>(text[2])] | kHexValues[static_cast<uint8_t>(text[3])]) <
         16;
}

}  // namespace

KnownScanner::KnownScanner(std::span<const KnownIndex* const> indexes) {
  for (const KnownIndex* index : indexes) {
    if (index == nullptr || index->empty() || index_count_ == kMostIndexes) continue;
    indexes_[index_count_++] = index;
    wants_.add(index->wants());
  }
  shortest_ = std::min(smallest(wants_.word_sizes), smallest(wants_.byte_sizes));
  shortest_text_ = wants_.byte_sizes == 0
                       ? smallest(wants_.word_sizes)
                       : std::min<size_t>(smallest(wants_.word_sizes), kShortestHexText);
  shortest_word_ = std::min<unsigned>(smallest(wants_.word_sizes), kShortestHexText);
  shortest_digits_ = std::max<unsigned>(smallest(wants_.digit_sizes), kShortestInWord);
}

void KnownScanner::scan(std::string_view value, bool is_binary) {
  const Scope scope{value, 0, {}};
  if (has_size(wants_.byte_sizes, value.size())) {
    const bool is_raw = is_binary || std::any_of(value.begin(), value.end(), [](char c) {
                          return static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) >= 0x80;
                        });
    if (is_raw) look_up_bytes(scope, {0, value.size()}, value, {});
  }
  if (is_binary && wants_.in_binary) scan_binary(scope);
  if (value.size() >= 8 && value.size() <= kShortestBase64 && wants_.byte_sizes != 0) {
    try_base64_bytes(scope, {0, value.find_last_not_of('=') + 1});
  }
  if (value.size() >= shortest_text_) scan_text(scope);
}

void KnownScanner::scan_text(const Scope& scope) {
  TextMasks masks;
  chain_end_ = 0;
  for (size_t begin = 0;;) {
    const std::string_view window = scope.text.substr(begin, TextMasks::kWindow);
    const bool is_last = begin + window.size() == scope.text.size();
    const size_t limit = is_last ? window.size() : window.size() - kOverlap;
    masks.fill(window);
    scan_window(scope, masks, begin, limit);
    if (is_last) return;
    begin += limit;
  }
}

// Candidates that begin before `limit` of the window at `begin`.
void KnownScanner::scan_window(const Scope& scope, const TextMasks& masks, size_t begin,
                               size_t limit) {
  const char before = begin == 0 ? '\0' : scope.text[begin - 1];
  const unsigned least_base64 = wants_.texts ? kShortestBase64 : 22;
  const bool wants_macs = has_size(wants_.byte_sizes, 6);
  const bool wants_uuids = has_size(wants_.byte_sizes, 16);
  for (size_t word = 0; word * 64 < limit; ++word) {
    const uint64_t in_limit =
        limit - word * 64 >= 64 ? ~uint64_t{0} : (uint64_t{1} << (limit - word * 64)) - 1;
    const uint64_t starts = masks.word.starts(word, is_word_char(before)) & in_limit;
    if (masks.base64.bits[word] == 0) continue;
    scan_words(scope, masks, begin, starts & masks.word.runs(word, shortest_word_), word);
    const auto each = [&](uint64_t bits, auto&& f) {
      for (; bits != 0; bits &= bits - 1)
        f(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
    };
    if (const TextMask& joint = masks.joint; joint.bits[word] != 0 || joint.bits[word + 1] != 0) {
      if (wants_macs) {
        uint64_t macs = starts & joint.ahead(word, 2) & joint.ahead(word, 5) &
                        joint.ahead(word, 8) & joint.ahead(word, 11) & joint.ahead(word, 14);
        each(macs, [&](size_t at) { on_separated(scope, begin + at, kMacParts); });
        macs = starts & joint.ahead(word, 4) & joint.ahead(word, 9);
        each(macs, [&](size_t at) { on_separated(scope, begin + at, kDottedMacParts); });
      }
      if (wants_uuids) {
        const uint64_t uuids = starts & joint.ahead(word, 8) & joint.ahead(word, 13) &
                               joint.ahead(word, 18) & joint.ahead(word, 23);
        each(uuids, [&](size_t at) { on_separated(scope, begin + at, kUuidParts); });
      }
      if (wants_.digit_sizes != 0) {
        each(joint.bits[word] & masks.digit.ahead(word, 1) & in_limit,
             [&](size_t at) { on_joint(scope, begin + at); });
      }
    }
    if (wants_.digit_sizes != 0) {
      const uint64_t digits = masks.digit.starts(word, is_digit(before)) & in_limit &
                              masks.digit.runs(word, shortest_digits_);
      each(digits, [&](size_t at) {
        on_digits(scope, {begin + at, masks.digit.end_of_run(at) - at});
      });
    }
    // A run that goes through the beginning of the window is taken up again: its beginning may be
    // far off.
    const uint64_t base64 =
        masks.base64.starts(word, false) & in_limit & masks.base64.runs(word, least_base64);
    each(base64, [&](size_t at) {
      on_base64(scope, {begin + at, masks.base64.end_of_run(at) - at});
    });
  }
}

void KnownScanner::scan_words(const Scope& scope, const TextMasks& masks, size_t begin,
                              uint64_t starts, size_t word) {
  for (; starts != 0; starts &= starts - 1) {
    const size_t at = word * 64 + static_cast<size_t>(std::countr_zero(starts));
    on_word(scope, {begin + at, masks.word.end_of_run(at) - at});
  }
}

// Raw bytes at any place, found by their first four.
void KnownScanner::scan_binary(const Scope& scope) {
  const std::string_view text = scope.text;
  const size_t end = std::min(text.size(), kMostBinary);
  const size_t most = 64 + end / 64;  // candidates: nobody makes this slow with beginnings alone
  const KnownIndex& first = *indexes_[0];
  const KnownIndex& second = *indexes_[index_count_ - 1];
  size_t candidates = 0;
  for (size_t at = 0; at + 4 <= end; ++at) {
    uint32_t prefix = 0;
    std::memcpy(&prefix, text.data() + at, 4);
    if (!first.may_have_prefix(prefix) && (index_count_ == 1 || !second.may_have_prefix(prefix)))
      continue;
    if (++candidates > most) {
      capped_ = true;
      return;
    }
    for (uint64_t sizes = wants_.byte_sizes; sizes != 0; sizes &= sizes - 1) {
      const auto size = static_cast<size_t>(std::countr_zero(sizes));
      if (size >= 4 && at + size <= text.size())
        look_up_bytes(scope, {at, size}, text.substr(at, size), {});
    }
  }
}

void KnownScanner::on_word(const Scope& scope, Place place) {
  const std::string_view word = scope.text.substr(place.begin, place.size);
  if (has_size(wants_.word_sizes, place.size)) {
    look_up(scope, place, word);
    if (wants_.gmail && (place.size == 5 || place.size == 10)) on_gmail(scope, place);
  }
  if (place.size < kShortestHexText || place.size % 2 != 0) return;
  if (begins_with_hex(word)) on_hex(scope, place);
}

// Hexadecimal digits: raw bytes, digests written one after the other, or text.
void KnownScanner::on_hex(const Scope& scope, Place place) {
  std::array<char, kOverlap / 2> buffer;
  place.size = std::min(place.size, kOverlap);
  if (!decode_hex(scope.text.substr(place.begin, place.size), buffer.data())) return;
  const std::string_view bytes(buffer.data(), place.size / 2);
  if (has_size(wants_.byte_sizes, bytes.size())) look_up_bytes(scope, place, bytes, {});
  if (bytes.size() > 32) {
    for (const size_t size : {size_t{16}, size_t{20}, size_t{32}}) {
      if (!has_size(wants_.byte_sizes, size)) continue;
      look_up_bytes(scope, {place.begin, 2 * size}, bytes.substr(0, size), {});
      look_up_bytes(scope, {place.begin + place.size - 2 * size, 2 * size},
                    bytes.substr(bytes.size() - size), {});
    }
  } else if (bytes.size() == 32 && has_size(wants_.byte_sizes, 16)) {
    look_up_bytes(scope, {place.begin, 32}, bytes.substr(0, 16), {});
    look_up_bytes(scope, {place.begin + 32, 32}, bytes.substr(16), {});
  }
  if (!wants_.texts) return;
  const bool is_text = std::none_of(bytes.begin(), bytes.end(),
                                    [](char c) { return static_cast<uint8_t>(c) < ' '; });
  if (is_text && is_valid_utf8(bytes)) look_into(scope, bytes, "hex");
}

// A Gmail address in any spelling: dots before the '@' and what follows a '+' do not matter.
void KnownScanner::on_gmail(const Scope& scope, Place place) {
  const std::string_view text = scope.text;
  const std::string_view domain = text.substr(place.begin, place.size);
  if (!iequals(domain, "gmail") && !iequals(domain, "googlemail")) return;
  if (place.begin == 0 || text[place.begin - 1] != '@') return;
  if (!iequals(text.substr(place.begin + place.size, 4), ".com")) return;
  size_t begin = place.begin - 1;
  std::string local;
  for (; begin > 0 && place.begin - begin <= 64; --begin) {
    const char c = text[begin - 1];
    if (!is_word_char(c) && c != '.' && c != '+' && c != '-' && c != '_') break;
    if (c == '+') {
      local.clear();
    } else if (c != '.') {
      local += ascii_lower(c);
    }
  }
  if (local.empty()) return;
  std::reverse(local.begin(), local.end());
  look_up(scope, {begin, place.begin + place.size + 4 - begin}, local + "@gmail.com");
}

// Hexadecimal digits in parts of known sizes with one kind of separator between.
void KnownScanner::on_separated(const Scope& scope, size_t begin, std::span<const uint8_t> parts) {
  const std::string_view text = scope.text;
  char digits[36];
  size_t used = 0;
  size_t at = begin;
  const char separator = text[begin + parts[0]];
  for (const uint8_t size : parts) {
    if (used > 0 && (at >= text.size() || text[at++] != separator)) return;
    if (at + size > text.size()) return;
    for (size_t i = 0; i < size; ++i) {
      if (!is_hex_digit(text[at])) return;
      digits[used++] = text[at++];
    }
  }
  // Not a part of something longer: an EUI-64, a certificate's fingerprint.
  if (at < text.size() && is_word_char(text[at])) return;
  const auto is_pair = [&](size_t place) {
    return place + 1 < text.size() && is_hex_digit(text[place]) && is_hex_digit(text[place + 1]);
  };
  if (separator != ' ' && separator != '/') {
    if (at < text.size() && text[at] == separator && is_pair(at + 1)) return;
    if (begin >= 3 && text[begin - 1] == separator && is_pair(begin - 3)) return;
  }
  char bytes[sizeof digits / 2];
  if (decode_hex({digits, used}, bytes))
    look_up_bytes(scope, {begin, at - begin}, {bytes, used / 2}, {});
}

// Digits within a word: "imei490154203237518", and the serial part of a number with a software
// version.
void KnownScanner::on_digits(const Scope& scope, Place place) {
  const std::string_view digits = scope.text.substr(place.begin, place.size);
  if (has_size(wants_.digit_sizes, place.size)) look_up(scope, place, digits);
  if (place.size == 16 && has_size(wants_.digit_sizes, 14)) {
    look_up(scope, {place.begin, 14}, digits.substr(0, 14));
  }
}

// Digits in groups: "+49 (151) 234-56789". `joint` is a separator with a digit behind it.
void KnownScanner::on_joint(const Scope& scope, size_t joint) {
  constexpr size_t kMostGroups = 10;
  constexpr size_t kMostDigits = 40;
  constexpr std::string_view kBetween = " -./()+";
  if (joint < chain_end_) return;
  const std::string_view text = scope.text;
  const auto is_between = [&](size_t at) {
    return kBetween.find(text[at]) != std::string_view::npos;
  };
  size_t at = joint + 1;
  for (size_t gap = 0; gap < 3 && at > chain_end_ && is_between(at - 1); ++gap) --at;
  size_t begin = at;
  while (begin > chain_end_ && at - begin < kMostDigits && is_digit(text[begin - 1])) --begin;
  if (begin == at) return;

  std::string digits;
  size_t groups = 0;
  std::array<size_t, kMostGroups> group_digits{};  // how many digits stand before each group
  std::array<size_t, kMostGroups> group_begin{};
  for (at = begin; groups < kMostGroups && digits.size() < kMostDigits;) {
    group_digits[groups] = digits.size();
    group_begin[groups++] = at;
    while (at < text.size() && is_digit(text[at])) digits += text[at++];
    for (size_t first = 0; groups > 1 && first + 1 < groups; ++first) {
      const size_t size = digits.size() - group_digits[first];
      if (size < kShortestGroups || !has_size(wants_.digit_sizes, size)) continue;
      look_up(scope, {group_begin[first], at - group_begin[first]},
              std::string_view(digits).substr(group_digits[first]));
    }
    chain_end_ = at;
    size_t next = at;
    while (next < text.size() && next - at < 3 && is_between(next)) ++next;
    if (next == at || next >= text.size() || !is_digit(text[next])) return;
    at = next;
  }
}

void KnownScanner::look_into(const Scope& scope, std::string_view decoded,
                             std::string_view wrapping) {
  if (scope.depth >= scope.wrappings.size() || decoded.size() < kShortestInText) return;
  Scope inner{decoded, scope.depth + 1, scope.wrappings};
  inner.wrappings[scope.depth] = wrapping;
  const size_t chain_end = chain_end_;
  scan_text(inner);
  chain_end_ = chain_end;
}

void KnownScanner::look_up(const Scope& scope, Place place, std::string_view compact) {
  const uint64_t probe = quick_hash_of_text(compact, indexes_[0]->keys().quick);
  for (size_t i = 0; i < index_count_; ++i) {
    const KnownIndex& index = *indexes_[i];
    if (!index.may_have(probe)) continue;
    index.for_each(probe, [&](uint32_t form) {
      if (index.form(form).kind == FormKind::literal)
        return check_literal(scope, place, index, form);
      if (index.form(form).kind != FormKind::compact || index.form(form).size != compact.size())
        return;
      take(scope, place, {&index, form, ascii_lower(compact), scope.wrappings});
    });
  }
}

void KnownScanner::look_up_bytes(const Scope& scope, Place place, std::string_view bytes,
                                 std::string_view wrapping) {
  const uint64_t probe = quick_hash_of_bytes(bytes, indexes_[0]->keys().quick);
  for (size_t i = 0; i < index_count_; ++i) {
    const KnownIndex& index = *indexes_[i];
    if (!index.may_have(probe)) continue;
    index.for_each(probe, [&](uint32_t form) {
      if (index.form(form).kind != FormKind::bytes || index.form(form).size != bytes.size()) return;
      KnownHit hit{&index, form, std::string(bytes), scope.wrappings};
      if (!wrapping.empty() && scope.depth < hit.wrappings.size())
        hit.wrappings[scope.depth] = wrapping;
      take(scope, place, std::move(hit));
    });
  }
}

// The word of a literal was found; does the rest of it stand around?
void KnownScanner::check_literal(const Scope& scope, Place anchor, const KnownIndex& index,
                                 uint32_t form) {
  const HashedForm& wanted = index.form(form);
  if (anchor.size != wanted.anchor_size || anchor.begin < wanted.anchor_begin) return;
  const size_t begin = anchor.begin - wanted.anchor_begin;
  if (begin + wanted.size > scope.text.size()) return;
  const std::string lower = ascii_lower(scope.text.substr(begin, wanted.size));
  const size_t end = begin + lower.size();
  if (is_word_char(lower.front()) && begin > 0 && is_word_char(scope.text[begin - 1])) return;
  if (is_word_char(lower.back()) && end < scope.text.size() && is_word_char(scope.text[end]))
    return;
  take(scope, {begin, lower.size()}, {&index, form, lower, scope.wrappings});
}

void KnownScanner::take(const Scope& scope, Place place, KnownHit&& hit) {
  if (hits_.size() >= kMostHits) {
    capped_ = true;
    return;
  }
  if (hit.index->form(hit.form).whole_value_only) {
    const std::string_view trimmed = trim(scope.text);
    const auto begin = static_cast<size_t>(trimmed.data() - scope.text.data());
    if (scope.depth > 0 || begin != place.begin || trimmed.size() != place.size) return;
  }
  const bool is_known = std::any_of(hits_.begin(), hits_.end(), [&](const KnownHit& other) {
    return other.index == hit.index && other.form == hit.form;
  });
  if (!is_known && hit.index->confirms(hit.form, hit.text)) hits_.push_back(std::move(hit));
}

}  // namespace telltale
