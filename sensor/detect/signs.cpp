#include "sensor/detect/signs.h"

#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace telltale {
namespace {

constexpr std::array<Signs, 256> kSignOf = [] {
  std::array<Signs, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<uint8_t>(c)] = sign::kDigit;
  table['.'] = sign::kDot;
  table[','] = sign::kComma;
  table['='] = sign::kEquals;
  table[':'] = sign::kColon;
  return table;
}();

#if defined(__SSE2__) || defined(__aarch64__)
#define TELLTALE_HAS_BLOCKS 1

// Sixteen bytes, or sixteen answers about them; what differs between processors.
#if defined(__SSE2__)
using Block = __m128i;
Block load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
Block all(char c) { return _mm_set1_epi8(c); }
Block equal(Block a, Block b) { return _mm_cmpeq_epi8(a, b); }
Block either(Block a, Block b) { return _mm_or_si128(a, b); }
// c - '0' < 10, unsigned: what stays when 9 is taken off without going below zero is no digit.
Block is_digit(Block a) {
  const Block above = _mm_sub_epi8(a, all('0'));
  return equal(_mm_subs_epu8(above, all(9)), all(0));
}
bool any(Block answers) { return _mm_movemask_epi8(answers) != 0; }
#else
using Block = uint8x16_t;
Block load(const char* at) { return vld1q_u8(reinterpret_cast<const uint8_t*>(at)); }
Block all(char c) { return vdupq_n_u8(static_cast<uint8_t>(c)); }
Block equal(Block a, Block b) { return vceqq_u8(a, b); }
Block either(Block a, Block b) { return vorrq_u8(a, b); }
Block is_digit(Block a) { return vcltq_u8(vsubq_u8(a, all('0')), all(10)); }
bool any(Block answers) { return vmaxvq_u8(answers) != 0; }
#endif

// Of the whole blocks of `text`; `at` receives where the rest begins.
Signs signs_of_blocks(std::string_view text, size_t& at) {
  Block digit = all(0);
  Block dot = all(0);
  Block comma = all(0);
  Block equals = all(0);
  Block colon = all(0);
  for (; at + sizeof(Block) <= text.size(); at += sizeof(Block)) {
    const Block bytes = load(text.data() + at);
    digit = either(digit, is_digit(bytes));
    dot = either(dot, equal(bytes, all('.')));
    comma = either(comma, equal(bytes, all(',')));
    equals = either(equals, equal(bytes, all('=')));
    colon = either(colon, equal(bytes, all(':')));
  }
  return static_cast<Signs>((any(digit) ? sign::kDigit : 0) | (any(dot) ? sign::kDot : 0) |
                            (any(comma) ? sign::kComma : 0) | (any(equals) ? sign::kEquals : 0) |
                            (any(colon) ? sign::kColon : 0));
}
#endif

}  // namespace

Signs signs_of_bytewise(std::string_view text) {
  Signs signs = 0;
  for (const char c : text) signs |= kSignOf[static_cast<uint8_t>(c)];
  return signs;
}

Signs signs_of(std::string_view text) {
#if defined(TELLTALE_HAS_BLOCKS)
  constexpr size_t kPiece = 4096;  // a text that has them all is known to after its first piece
  Signs signs = 0;
  size_t at = 0;
  while (at + sizeof(Block) <= text.size() && signs != sign::kAll) {
    size_t end = 0;
    const std::string_view piece = text.substr(at, kPiece);
    signs |= signs_of_blocks(piece, end);
    at += end;
  }
  if (signs == sign::kAll) return signs;
  return signs | signs_of_bytewise(text.substr(at));
#else
  return signs_of_bytewise(text);
#endif
}

}  // namespace telltale
