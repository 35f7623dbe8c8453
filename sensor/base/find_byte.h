// Finding one of two bytes: what scanners of JSON strings and of free text do most.
//
// Sixteen bytes at once with SSE2 or NEON, one at a time elsewhere and at the end of a text. Nothing beyond the
// text is read.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace telltale {

// The same, a byte at a time: what the fast one is tested against.
inline size_t find_either_bytewise(std::string_view text, size_t at, char a, char b) {
  while (at < text.size() && text[at] != a && text[at] != b) ++at;
  return at;
}

// Where the first `a` or `b` at or after `at` stands; text.size() when there is none.
inline size_t find_either(std::string_view text, size_t at, char a, char b) {
#if defined(__SSE2__)
  const __m128i all_a = _mm_set1_epi8(a);
  const __m128i all_b = _mm_set1_epi8(b);
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i equal = _mm_or_si128(_mm_cmpeq_epi8(block, all_a), _mm_cmpeq_epi8(block, all_b));
    const auto found = static_cast<uint32_t>(_mm_movemask_epi8(equal));
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found));
  }
#elif defined(__aarch64__)
  const uint8x16_t all_a = vdupq_n_u8(static_cast<uint8_t>(a));
  const uint8x16_t all_b = vdupq_n_u8(static_cast<uint8_t>(b));
  for (; at + 16 <= text.size(); at += 16) {
    const uint8x16_t block = vld1q_u8(reinterpret_cast<const uint8_t*>(text.data() + at));
    const uint8x16_t equal = vorrq_u8(vceqq_u8(block, all_a), vceqq_u8(block, all_b));
    // Four bits for each byte, in their order.
    const uint8x8_t narrowed = vshrn_n_u16(vreinterpretq_u16_u8(equal), 4);
    const uint64_t found = vget_lane_u64(vreinterpret_u64_u8(narrowed), 0);
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found)) / 4;
  }
#endif
  return find_either_bytewise(text, at, a, b);
}

}  // namespace telltale
