// KnownScanner: finds known values in one value of a message, text or binary, in one pass.
//
// It cuts candidates by shape (words, digits, digits in groups, MACs and UUIDs with separators,
// hexadecimal and base64 runs), normalises each, hashes it and asks the indexes. What a candidate
// costs does not depend on how many values are known; which candidates are cut at all does
// (ScanWants). Text in base64 or hexadecimal digits inside a longer text is decoded and scanned
// too, base64 from each of its four possible beginnings, as nobody knows where in the run the
// encoding began.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/detect/known_index.h"
#include "sensor/detect/text_masks.h"

namespace telltale {

struct KnownHit {
  const KnownIndex* index = nullptr;
  uint32_t form = 0;
  std::string text;                           // as matched, normalised; raw bytes for a bytes form
  std::array<std::string_view, 2> wrappings;  // "base64", "hex": outermost first; empty when unused
};

class KnownScanner {
 public:
  static constexpr size_t kMostIndexes = 2;
  static constexpr size_t kMostHits = 64;  // of one value; further ones are left out

  // REQUIRES: at most kMostIndexes, all with the same keys. They must outlive it.
  explicit KnownScanner(std::span<const KnownIndex* const> indexes);

  bool wants_anything() const { return wants_.any(); }
  // Values that are shorter hold nothing.
  size_t shortest() const { return shortest_; }
  bool wants_number(size_t digits) const {
    return digits < 64 && ((wants_.digit_sizes | wants_.word_sizes) >> digits & 1) != 0;
  }
  // Adds what `value` holds to hits(), each form once.
  void scan(std::string_view value, bool is_binary);
  const std::vector<KnownHit>& hits() const { return hits_; }
  void clear() { hits_.clear(); }
  // A value had so many beginnings of known bytes, or so many known values, that the rest was left
  // out.
  bool is_capped() const { return capped_; }

 private:
  // The text a scan is in: the value itself, or what was decoded from a part of it.
  struct Scope {
    std::string_view text;
    size_t depth = 0;
    std::array<std::string_view, 2> wrappings;
  };
  struct Place {  // of a candidate in its scope
    size_t begin = 0;
    size_t size = 0;
  };

  void scan_text(const Scope& scope);
  void scan_window(const Scope& scope, const TextMasks& masks, size_t begin, size_t limit);
  void scan_words(const Scope& scope, const TextMasks& masks, size_t begin, uint64_t starts,
                  size_t word);
  void scan_binary(const Scope& scope);
  void on_word(const Scope& scope, Place place);
  void on_hex(const Scope& scope, Place place);
  void on_gmail(const Scope& scope, Place place);
  void on_separated(const Scope& scope, size_t begin, std::span<const uint8_t> parts);
  void on_digits(const Scope& scope, Place place);
  void on_joint(const Scope& scope, size_t joint);
  void on_base64(const Scope& scope, Place place);
  bool try_base64_bytes(const Scope& scope, Place place);
  void look_into_base64(const Scope& scope, Place place);
  void look_into(const Scope& scope, std::string_view decoded, std::string_view wrapping);

  void look_up(const Scope& scope, Place place, std::string_view compact);
  void look_up_bytes(const Scope& scope, Place place, std::string_view bytes,
                     std::string_view wrapping);
  void check_literal(const Scope& scope, Place anchor, const KnownIndex& index, uint32_t form);
  void take(const Scope& scope, Place place, KnownHit&& hit);

  std::array<const KnownIndex*, kMostIndexes> indexes_{};
  size_t index_count_ = 0;
  ScanWants wants_;
  size_t shortest_ = 0;
  size_t shortest_text_ = 0;
  unsigned shortest_word_ = 64;
  unsigned shortest_digits_ = 64;
  size_t chain_end_ = 0;  // of the last group of digits that was looked at
  std::vector<KnownHit> hits_;
  bool capped_ = false;
};

}  // namespace telltale
