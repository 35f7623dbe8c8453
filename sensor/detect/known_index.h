// KnownIndex: hashes of all forms of all known values in one flat table behind a Bloom filter, so
// that asking for something that is not there costs about the same for ten values and for ten
// thousand.
//
// It holds no value, only keyed hashes of its forms: a quick one by which candidates are looked up,
// made of a few multiplications, and SipHash-1-3, which every match must have as well. In a vault
// each form also has a tag, HMAC-SHA-256 cut to 128 bits, and the quick hash, which proves nothing
// about what it hides, is stored masked.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/hash.h"
#include "sensor/detect/known_forms.h"

namespace telltale {

// The keys under which forms are hashed, all derived from one secret.
struct FormKeys {
  explicit FormKeys(std::string_view from_secret);

  HashKey quick;
  HashKey text;      // of words, texts and compact forms
  HashKey bytes;     // of raw bytes
  HashKey masks;     // of quick hashes that are stored
  std::string tags;  // of HMACs
};

// The quick hashes of candidates, at least four bytes long. A text's does not tell ASCII letters by
// their case, nor some signs.
uint64_t quick_hash_of_text(std::string_view text, HashKey key);
uint64_t quick_hash_of_bytes(std::string_view bytes, HashKey key);

using FormTag = std::array<uint8_t, 16>;

// What is kept of a form.
struct HashedForm {
  uint64_t probe =
      0;  // quick hash of what a scan looks up: a compact form, raw bytes, the anchor of a literal
  uint64_t whole = 0;   // SipHash of all of it
  uint32_t prefix = 0;  // of bytes: their first four, by which they are found in binary data; 0
                        // unless has_prefix
  uint16_t size = 0;  // bytes of the form
  uint16_t anchor_begin = 0;
  uint16_t anchor_size = 0;
  FormKind kind = FormKind::compact;
  FormLabel label = FormLabel::none;
  bool whole_value_only = false;
  bool has_prefix = false;
};

HashedForm hashed(const KnownForm& form, const FormKeys& keys);
FormTag tag_of(FormKind kind, std::string_view text, const FormKeys& keys);
uint64_t mask_of(const FormTag& tag, const FormKeys& keys);

// Whose a form is. What of it is shown: `value` where it is known, else the hint.
struct KnownSubject {
  DataType type = DataType::imei;
  std::string value;  // normalised; empty when only hashes of it are kept
  std::string hint;   // masked already; stands for a value that is not known
  std::string id;     // stands for it in fingerprints
  std::string owner;
  double confidence = 0.99;
};

// Which kinds of candidates are worth cutting out of a text.
struct ScanWants {
  uint64_t word_sizes = 0;  // bit n: words of n characters, as compact forms or anchors; n < 64
  uint64_t digit_sizes =
      0;  // bit n: compact forms of n digits, also found in longer words and in groups
  uint64_t byte_sizes = 0;  // bit n: raw bytes of n bytes
  bool gmail = false;
  bool texts = false;      // any compact or literal form: look into base64 and hexadecimal text
  bool in_binary = false;  // any bytes form with a prefix

  void add(const ScanWants& other);
  bool any() const { return (word_sizes | byte_sizes) != 0; }
};

class KnownIndex {
 public:
  explicit KnownIndex(FormKeys keys)
      : KnownIndex(std::make_shared<const FormKeys>(std::move(keys))) {}
  explicit KnownIndex(std::shared_ptr<const FormKeys> keys) : keys_(std::move(keys)) {}

  uint32_t add_subject(KnownSubject subject);
  void add(uint32_t subject, const KnownForm& form);
  void add(uint32_t subject, const HashedForm& form, const FormTag& tag);
  // After the last add: builds the table.
  void finish();

  bool empty() const { return forms_.empty(); }
  size_t size() const { return forms_.size(); }
  const FormKeys& keys() const { return *keys_; }
  const std::shared_ptr<const FormKeys>& shared_keys() const { return keys_; }
  const ScanWants& wants() const { return wants_; }
  const HashedForm& form(uint32_t index) const { return forms_[index]; }
  const KnownSubject& subject_of(uint32_t form) const { return subjects_[owner_of_[form]]; }

  bool may_have(uint64_t probe) const {
    const uint64_t word = bloom_[probe >> 32 & bloom_mask_];
    return (word >> (probe & 63) & word >> (probe >> 6 & 63) & 1) != 0;
  }
  bool may_have_prefix(uint32_t prefix) const {
    const uint64_t place = prefix_place(prefix);
    return (prefixes_[place >> 6] >> (place & 63) & 1) != 0;
  }
  // Calls f(index) for each form with this probe.
  template <typename F>
  void for_each(uint64_t probe, F&& f) const {
    for (uint64_t at = probe >> 20 & slot_mask_; slots_[at] != kEmpty;
         at = (at + 1) & slot_mask_) {
      if (forms_[slots_[at]].probe == probe) f(slots_[at]);
    }
  }
  // Is this the text of the form? By its hash, and its tag where it has one.
  bool confirms(uint32_t form, std::string_view text) const;

 private:
  static constexpr uint32_t kEmpty = 0xffffffff;
  uint64_t prefix_place(uint32_t prefix) const {
    return prefix * uint64_t{0x9e3779b97f4a7c15} >> prefix_shift_;
  }
  void note_wants(const HashedForm& form);

  std::shared_ptr<const FormKeys> keys_;
  ScanWants wants_;
  std::vector<KnownSubject> subjects_;
  std::vector<HashedForm> forms_;
  std::vector<uint32_t> owner_of_;  // by form
  std::vector<FormTag> tags_;       // by form, from first_tagged_ on
  uint32_t first_tagged_ = kEmpty;
  std::vector<uint32_t> slots_;  // forms; open addressing, a power of two, at most half full
  uint64_t slot_mask_ = 0;
  std::vector<uint64_t> bloom_;  // two bits a form, all in one word
  uint64_t bloom_mask_ = 0;
  std::vector<uint64_t> prefixes_;
  int prefix_shift_ = 63;
};

}  // namespace telltale
