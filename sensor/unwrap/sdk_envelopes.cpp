// Envelopes of known SDKs that would pass for opaque: base64 with another alphabet, RC4 with a
// constant key, XOR with a constant byte. The first two are data, in sdk_envelopes.inc.
//
// What comes out must be recognisable.
#include <array>
#include <numeric>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/base64_codec.h"
#include "sensor/unwrap/decompressed.h"
#include "sensor/unwrap/json_reader.h"
#include "sensor/unwrap/recognise.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 16;
constexpr size_t kHead = 96;       // bytes of a value that decide
constexpr size_t kSizeBefore = 4;  // an inflated size before a compressed stream

struct Alphabet {
  std::string_view name;
  Base64Alphabet alphabet;
};
struct Rc4Key {
  std::string_view name;
  std::string_view key;
};

constexpr Alphabet kAlphabets[] = {
#define ALPHABET(name, characters) {name, Base64Alphabet(characters).with(' ', '+')},
#define RC4(name, key)
#include "sensor/unwrap/sdk_envelopes.inc"
#undef RC4
#undef ALPHABET
};
constexpr Rc4Key kRc4Keys[] = {
#define ALPHABET(name, characters)
#define RC4(name, key) {name, key},
#include "sensor/unwrap/sdk_envelopes.inc"
#undef RC4
#undef ALPHABET
};

// RC4 is written out because OpenSSL 3 has it in the legacy provider only.
class Rc4 {
 public:
  explicit Rc4(std::string_view key) {
    std::iota(state_.begin(), state_.end(), uint8_t{0});
    uint8_t j = 0;
    for (size_t i = 0; i < state_.size(); ++i) {
      j = static_cast<uint8_t>(j + state_[i] + static_cast<uint8_t>(key[i % key.size()]));
      std::swap(state_[i], state_[j]);
    }
  }
  void apply(Bytes in, char* out) {
    for (const uint8_t byte : in) {
      ++i_;
      j_ = static_cast<uint8_t>(j_ + state_[i_]);
      std::swap(state_[i_], state_[j_]);
      *out++ = static_cast<char>(byte ^ state_[static_cast<uint8_t>(state_[i_] + state_[j_])]);
    }
  }

 private:
  std::array<uint8_t, 256> state_{};
  uint8_t i_ = 0;
  uint8_t j_ = 0;
};

// Recognisable itself or behind a size.
bool is_content(std::string_view head, bool whole) {
  return is_recognisable(head, whole) ||
         (head.size() > kSizeBefore && head.substr(kSizeBefore).starts_with("\x1f\x8b\x08"));
}

bool unwrap_alphabet(Offer& offer) {
  const std::string_view text = offer.value();
  if (text.size() < kShortest) return false;
  for (const Alphabet& known : kAlphabets) {
    char head[kHead];
    const size_t size = known.alphabet.decode(text.substr(0, kHead), head);
    if (size == Base64Alphabet::kNotBase64 || !is_recognisable({head, size}, text.size() <= kHead))
      continue;
    if (!offer.budget().take_bytes(text.size())) return false;
    char* room = offer.fields().arena().allocate(text.size());
    const size_t made = known.alphabet.decode(text, room);
    if (made == Base64Alphabet::kNotBase64 || made == 0) continue;
    return offer.add_decoded(known.name, {room, made}) != kNoField;
  }
  return false;
}

bool unwrap_rc4(Offer& offer) {
  const std::string_view whole_coding = offer.hints().content_coding;
  Coding coding = split_coding(whole_coding);
  // Sent as "rc4,gzip" although gzip was applied first.
  const bool said = iequals(coding.outermost, "rc4") || istarts_with(whole_coding, "rc4");
  if (!said) return false;
  const Bytes bytes = offer.bytes();
  for (const Rc4Key& known : kRc4Keys) {
    char head[kHead];
    const size_t head_size = std::min(kHead, bytes.size());
    Rc4(known.key).apply(bytes.first(head_size), head);
    if (!is_content({head, head_size}, head_size == bytes.size())) continue;
    if (!offer.budget().take_bytes(bytes.size())) return false;
    char* room = offer.fields().arena().allocate(bytes.size());
    Rc4(known.key).apply(bytes, room);
    std::string_view plain(room, bytes.size());
    if (!is_recognisable({head, head_size}, false)) plain.remove_prefix(kSizeBefore);
    return offer.add_decoded(known.name, plain) != kNoField;
  }
  return false;
}

// A document of JSON under one XORed byte gives that byte away with its first character.
bool unwrap_xor(Offer& offer) {
  const Bytes bytes = offer.bytes();
  if (bytes.size() < kShortest) return false;
  for (const char first : {'{', '['}) {
    const auto key = static_cast<uint8_t>(bytes[0] ^ static_cast<uint8_t>(first));
    if (key == 0 || (first == '{' && (bytes[1] ^ key) != '"')) continue;
    char head[kHead];
    const size_t head_size = std::min(kHead, bytes.size());
    for (size_t i = 0; i < head_size; ++i) head[i] = static_cast<char>(bytes[i] ^ key);
    const std::string_view decoded(head, head_size);
    if (!starts_json(decoded, 0, true) || !is_readable(decoded)) continue;
    if (!offer.budget().take_bytes(bytes.size())) return false;
    char* room = offer.fields().arena().allocate(bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i) room[i] = static_cast<char>(bytes[i] ^ key);
    return offer.add_decoded("xor", {room, bytes.size()}) != kNoField;
  }
  return false;
}

}  // namespace

const UnwrapperInfo sdk_alphabet_unwrapper{
    .name = "base64-mintegral",
    .unwrap = unwrap_alphabet,
    .triggers = byte_class::kLower | byte_class::kUpper,
    .rejects = byte_class::kDot | byte_class::kPercent | byte_class::kAmpersand |
               byte_class::kQuote | byte_class::kOpen | byte_class::kLess | byte_class::kMinus |
               byte_class::kUnderscore | byte_class::kColon | byte_class::kBinary};
const UnwrapperInfo sdk_rc4_unwrapper{
    .name = "rc4", .unwrap = unwrap_rc4, .triggers = byte_class::kBinary, .by_head = true};
const UnwrapperInfo sdk_xor_unwrapper{.name = "xor",
                                      .unwrap = unwrap_xor,
                                      .triggers = byte_class::kBinary | byte_class::kOther,
                                      .by_head = true};

}  // namespace telltale
