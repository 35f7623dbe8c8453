#include "sensor/detect/known_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/base/text_words.h"

namespace telltale {
namespace {

constexpr size_t kBloomBitsPerForm = 16;
constexpr size_t kPrefixBitsPerForm = 64;
constexpr size_t kMostPrefixBits = 1U << 22;

constexpr uint64_t kFirst = 0x9e3779b97f4a7c15;
constexpr uint64_t kSecond = 0xd6e8feb86659fd93;

// `fold` is set in every word: 0x20 in each byte takes the case off ASCII letters.
uint64_t quick_hash(std::string_view text, HashKey key, uint64_t fold) {
  const char* at = text.data();
  const size_t size = text.size();
  uint64_t hash = key.k0 ^ size * kSecond;
  const auto take = [&](uint64_t word) {
    hash = (hash ^ (word | fold)) * kFirst;
    hash ^= hash >> 32;
  };
  if (size < kTextWord) {
    take(short_text_word(at, size));
  } else {
    for (size_t i = 0; i + kTextWord < size; i += kTextWord) take(text_word(at + i));
    take(text_word(at + size - kTextWord));
  }
  hash = (hash ^ key.k1) * kSecond;
  return hash ^ hash >> 29;
}

uint64_t word_at(const Sha256& bytes, size_t index) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + index * 8, 8);
  return word;
}

bool is_all_digit(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

uint32_t first_four(std::string_view text) {
  uint32_t word = 0;
  std::memcpy(&word, text.data(), 4);
  return word;
}

uint64_t whole_hash(FormKind kind, std::string_view text, const FormKeys& keys) {
  return hash64(text, kind == FormKind::bytes ? keys.bytes : keys.text);
}

uint64_t size_bit(size_t size) { return size < 64 ? uint64_t{1} << size : 0; }

}  // namespace

uint64_t quick_hash_of_text(std::string_view text, HashKey key) {
  return quick_hash(text, key, 0x2020202020202020);
}
uint64_t quick_hash_of_bytes(std::string_view bytes, HashKey key) {
  return quick_hash(bytes, {~key.k0, key.k1}, 0);
}

FormKeys::FormKeys(std::string_view from_secret) {
  const Sha256 derived = hmac_sha256(from_secret, "telltale known values: filters");
  text = {word_at(derived, 0), word_at(derived, 1)};
  bytes = {word_at(derived, 2), word_at(derived, 3)};
  const Sha256 for_tags = hmac_sha256(from_secret, "telltale known values: tags");
  const Sha256 quick_derived = hmac_sha256(from_secret, "telltale known values: quick hashes");
  quick = {word_at(quick_derived, 0), word_at(quick_derived, 1)};
  masks = {word_at(quick_derived, 2), word_at(quick_derived, 3)};
  tags.assign(reinterpret_cast<const char*>(for_tags.data()), for_tags.size());
}

HashedForm hashed(const KnownForm& form, const FormKeys& keys) {
  HashedForm out;
  out.kind = form.kind;
  out.label = form.label;
  out.whole_value_only = form.whole_value_only;
  out.size = static_cast<uint16_t>(form.text.size());
  out.whole = whole_hash(form.kind, form.text, keys);
  switch (form.kind) {
    case FormKind::compact:
      out.probe = quick_hash_of_text(form.text, keys.quick);
      break;
    case FormKind::bytes:
      out.probe = quick_hash_of_bytes(form.text, keys.quick);
      out.has_prefix = form.text.size() >= 4;
      if (out.has_prefix) out.prefix = first_four(form.text);
      break;
    case FormKind::literal:
      out.anchor_begin = static_cast<uint16_t>(form.anchor_begin);
      out.anchor_size = static_cast<uint16_t>(form.anchor_size);
      out.probe = quick_hash_of_text(
          std::string_view(form.text).substr(form.anchor_begin, form.anchor_size), keys.quick);
      break;
  }
  return out;
}

FormTag tag_of(FormKind kind, std::string_view text, const FormKeys& keys) {
  std::string message(1, static_cast<char>('a' + static_cast<int>(kind)));
  message += text;
  const Sha256 whole = hmac_sha256(keys.tags, message);
  FormTag tag;
  std::copy_n(whole.begin(), tag.size(), tag.begin());
  return tag;
}

uint64_t mask_of(const FormTag& tag, const FormKeys& keys) {
  return hash64(Bytes(tag), keys.masks);
}

void ScanWants::add(const ScanWants& other) {
  word_sizes |= other.word_sizes;
  digit_sizes |= other.digit_sizes;
  byte_sizes |= other.byte_sizes;
  gmail |= other.gmail;
  texts |= other.texts;
  in_binary |= other.in_binary;
}

uint32_t KnownIndex::add_subject(KnownSubject subject) {
  subjects_.push_back(std::move(subject));
  return static_cast<uint32_t>(subjects_.size() - 1);
}

void KnownIndex::add(uint32_t subject, const KnownForm& form) {
  // Tagged forms stand behind all others, so that these need none.
  const HashedForm out = hashed(form, *keys_);
  if (first_tagged_ != kEmpty) return add(subject, out, tag_of(form.kind, form.text, *keys_));
  forms_.push_back(out);
  owner_of_.push_back(subject);
  if (form.kind == FormKind::compact && is_all_digit(form.text))
    wants_.digit_sizes |= size_bit(form.text.size());
  if (form.kind == FormKind::compact && form.text.ends_with("@gmail.com")) wants_.gmail = true;
  note_wants(out);
}

void KnownIndex::add(uint32_t subject, const HashedForm& form, const FormTag& tag) {
  if (first_tagged_ == kEmpty) first_tagged_ = static_cast<uint32_t>(forms_.size());
  forms_.push_back(form);
  owner_of_.push_back(subject);
  tags_.push_back(tag);
  // What the text was is not known here, so it may have been any of these.
  if (form.kind == FormKind::compact) {
    wants_.digit_sizes |= size_bit(form.size);
    wants_.gmail = true;
  }
  note_wants(form);
}

void KnownIndex::note_wants(const HashedForm& form) {
  if (form.kind == FormKind::bytes) {
    wants_.byte_sizes |= size_bit(form.size);
    wants_.in_binary |= form.has_prefix;
    return;
  }
  wants_.texts = true;
  wants_.word_sizes |= size_bit(form.kind == FormKind::literal ? form.anchor_size : form.size);
}

void KnownIndex::finish() {
  const size_t count = std::max<size_t>(forms_.size(), 16);
  slots_.assign(std::bit_ceil(count * 2), kEmpty);
  slot_mask_ = slots_.size() - 1;
  bloom_.assign(std::bit_ceil(count * kBloomBitsPerForm) / 64, 0);
  bloom_mask_ = bloom_.size() - 1;
  const size_t prefix_bits = std::min(std::bit_ceil(count * kPrefixBitsPerForm), kMostPrefixBits);
  prefixes_.assign(prefix_bits / 64, 0);
  prefix_shift_ = 64 - std::countr_zero(prefix_bits);
  for (uint32_t i = 0; i < forms_.size(); ++i) {
    const HashedForm& form = forms_[i];
    uint64_t at = form.probe >> 20 & slot_mask_;
    while (slots_[at] != kEmpty) at = (at + 1) & slot_mask_;
    slots_[at] = i;
    bloom_[form.probe >> 32 & bloom_mask_] |=
        uint64_t{1} << (form.probe & 63) | uint64_t{1} << (form.probe >> 6 & 63);
    if (!form.has_prefix) continue;
    const uint64_t place = prefix_place(form.prefix);
    prefixes_[place >> 6] |= uint64_t{1} << (place & 63);
  }
}

bool KnownIndex::confirms(uint32_t form, std::string_view text) const {
  if (forms_[form].whole != whole_hash(forms_[form].kind, text, *keys_)) return false;
  if (form < first_tagged_) return true;
  return tags_[form - first_tagged_] == tag_of(forms_[form].kind, text, *keys_);
}

}  // namespace telltale
