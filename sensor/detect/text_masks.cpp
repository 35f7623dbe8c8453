#include "sensor/detect/text_masks.h"

#include <cstring>

#include "sensor/base/encoding.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace telltale {
namespace {

constexpr size_t kBlock = 16;

struct BlockMasks {
  uint64_t word = 0;
  uint64_t digit = 0;
  uint64_t base64 = 0;
  uint64_t joint = 0;
};

#if defined(__SSE2__)

// Bytes of `x` that are at least `low` and at most `low + span`, as 0xff.
__m128i in_range(__m128i x, char low, char span) {
  const __m128i from_low = _mm_sub_epi8(x, _mm_set1_epi8(low));
  return _mm_cmpeq_epi8(_mm_min_epu8(from_low, _mm_set1_epi8(span)), from_low);
}

__m128i equals(__m128i x, char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); }

uint64_t bits_of(__m128i bytes) { return static_cast<uint32_t>(_mm_movemask_epi8(bytes)); }

BlockMasks masks_of(const char* block) {
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block));
  const __m128i digit = in_range(x, '0', 9);
  const __m128i word = _mm_or_si128(digit, in_range(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 25));
  const __m128i minus_slash = _mm_or_si128(equals(x, '-'), equals(x, '/'));
  const __m128i base64 =
      _mm_or_si128(_mm_or_si128(word, minus_slash), _mm_or_si128(equals(x, '+'), equals(x, '_')));
  const __m128i joint = _mm_or_si128(_mm_or_si128(minus_slash, equals(x, ':')),
                                     _mm_or_si128(equals(x, '.'), equals(x, ' ')));
  return {bits_of(word), bits_of(digit), bits_of(base64), bits_of(joint)};
}

#else

BlockMasks masks_of(const char* block) {
  BlockMasks out;
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = block[i];
    const bool word = is_alpha(c) || is_digit(c);
    out.word |= uint64_t{word} << i;
    out.digit |= uint64_t{is_digit(c)} << i;
    out.base64 |= uint64_t{word || c == '+' || c == '/' || c == '-' || c == '_'} << i;
    out.joint |= uint64_t{c == ':' || c == '-' || c == '.' || c == '/' || c == ' '} << i;
  }
  return out;
}

#endif

}  // namespace

size_t TextMasks::fill(std::string_view window) {
  const size_t used = (window.size() + 63) / 64;
  for (TextMask* mask : {&word, &digit, &base64, &joint}) {
    std::memset(mask->bits.data(), 0, (used + 2) * sizeof(uint64_t));
  }
  const auto put = [&](size_t at, const BlockMasks& masks, size_t skipped) {
    word.bits[at / 64] |= masks.word >> skipped << (at % 64);
    digit.bits[at / 64] |= masks.digit >> skipped << (at % 64);
    base64.bits[at / 64] |= masks.base64 >> skipped << (at % 64);
    joint.bits[at / 64] |= masks.joint >> skipped << (at % 64);
  };
  size_t at = 0;
  for (; at + kBlock <= window.size(); at += kBlock) put(at, masks_of(window.data() + at), 0);
  if (at == window.size()) return used;
  if (at > 0) {
    // The last block overlaps the one before.
    const size_t begin = window.size() - kBlock;
    put(at, masks_of(window.data() + begin), at - begin);
    return used;
  }
  char rest[kBlock] = {};
  std::memcpy(rest, window.data(), window.size());
  put(0, masks_of(rest), 0);
  return used;
}

}  // namespace telltale
