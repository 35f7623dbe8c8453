#include "sensor/unwrap/json_text.h"

#include <cstdint>
#include <cstring>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/utf8.h"

namespace telltale::json {
namespace {

constexpr int kNoCode = -1;
constexpr uint32_t kReplacement = 0xfffd;

// The four hexadecimal digits at `at`, kNoCode when they are not there.
int code_unit(std::string_view raw, size_t at) {
  if (raw.size() < at + 4) return kNoCode;
  int code = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const int digit = hex_value(raw[i]);
    if (digit < 0) return kNoCode;
    code = code << 4 | digit;
  }
  return code;
}

bool is_high_surrogate(int code) { return code >= 0xd800 && code < 0xdc00; }
bool is_low_surrogate(int code) { return code >= 0xdc00 && code < 0xe000; }

// Decodes \uXXXX at `at` (its backslash), with its low surrogate when it is a pair. Returns where
// it ended.
size_t unescape_unicode(std::string_view raw, size_t at, char** out) {
  const int first = code_unit(raw, at + 2);
  if (first == kNoCode) {
    if (raw.size() < at + 6) return raw.size();
    *(*out)++ = 'u';
    return at + 2;
  }
  size_t next = at + 6;
  auto code = static_cast<uint32_t>(first);
  if (is_high_surrogate(first)) {
    if (raw.size() < next + 6 &&
        raw.substr(next, 2) == std::string_view("\\u").substr(0, raw.size() - next)) {
      return raw.size();  // its second half is cut off
    }
    const int second = raw.substr(next, 2) == "\\u" ? code_unit(raw, next + 2) : kNoCode;
    if (is_low_surrogate(second)) {
      code = 0x10000 + ((static_cast<uint32_t>(first) & 0x3ff) << 10 |
                        (static_cast<uint32_t>(second) & 0x3ff));
      next += 6;
    } else {
      code = kReplacement;
    }
  } else if (is_low_surrogate(first)) {
    code = kReplacement;
  }
  *out = put_utf8(code, *out);
  return next;
}

char simple_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

size_t unescape(std::string_view raw, char* out) {
  char* const begin = out;
  size_t at = 0;
  while (at < raw.size()) {
    const void* found = std::memchr(raw.data() + at, '\\', raw.size() - at);
    const size_t plain =
        found == nullptr ? raw.size() - at
                         : static_cast<size_t>(static_cast<const char*>(found) - raw.data()) - at;
    std::memcpy(out, raw.data() + at, plain);
    out += plain;
    at += plain;
    if (at + 1 >= raw.size()) break;
    if (raw[at + 1] == 'u') {
      at = unescape_unicode(raw, at, &out);
    } else {
      *out++ = simple_escape(raw[at + 1]);
      at += 2;
    }
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace telltale::json
