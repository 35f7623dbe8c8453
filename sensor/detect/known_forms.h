// All forms of one known value that a scan looks for: its usual spellings, byte orders and digests.
//
// A scan normalises what it finds (known_scan.h), so one form stands for many spellings on the
// wire:
//   compact  letters and digits in lower case without separators: words, and digits in groups
//            ("+49 (151) 234-56789")
//   bytes    raw bytes: as they are, as hexadecimal digits in either case with or without
//   separators
//            (MACs, UUIDs, digests), and in base64 of either alphabet
//   literal  a text with other characters, ASCII letters in lower case; found by its longest word
// To add spellings of a type: a case in spellings_of() of known_forms.cpp and rows in its test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/model/taxonomy.h"

namespace telltale {

enum class FormKind : uint8_t { compact, bytes, literal };
inline constexpr size_t kFormKindCount = 3;
// What `encodings` says of the form; none for the value itself.
enum class FormLabel : uint8_t { none, reversed, bcd, md5, sha1, sha256 };
inline constexpr size_t kFormLabelCount = 6;
std::string_view name_of(FormLabel label);

struct KnownForm {
  FormKind kind = FormKind::compact;
  FormLabel label = FormLabel::none;
  bool whole_value_only = false;  // too common to be believed inside a text
  std::string text;
  size_t anchor_begin = 0;  // of a literal: the word by which it is found
  size_t anchor_size = 0;
};

// Values shorter than this many letters and digits occur by chance: no form is looked for.
inline constexpr size_t kShortestKnownValue = 4;
// Shorter ones count only where they are a whole value.
inline constexpr size_t kShortestInText = 6;
inline constexpr size_t kShortestNumberInText = 9;  // digits
inline constexpr size_t kLongestKnownValue = 256;   // bytes; longer ones are cut out of the index

// Each form once. Empty for a value that is too short or too long to be looked for.
std::vector<KnownForm> known_forms(DataType type, std::string_view value);
// The forms of a device's own host name: only those by which it can be told from common words.
std::vector<KnownForm> own_host_name_forms(std::string_view name);
// How a value is written in a sample, and hashed for its fingerprint, as the detectors do it: a MAC
// with colons, a number without separators, a mail address in lower case.
std::string normalised_value(DataType type, std::string_view value);

// Letters and digits of `text`, in lower case.
std::string compact_form(std::string_view text);

}  // namespace telltale
