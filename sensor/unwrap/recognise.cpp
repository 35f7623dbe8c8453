#include "sensor/unwrap/recognise.h"

#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/byte_classes.h"
#include "sensor/unwrap/protobuf_reader.h"
#include "sensor/unwrap/utf16.h"
#include "sensor/unwrap/utf8.h"

namespace telltale {
namespace {

using namespace std::string_view_literals;

constexpr size_t kShortestText = 6;

constexpr std::array kMagics{"\x1f\x8b\x08"sv,
                             "\x28\xb5\x2f\xfd"sv,
                             "\x04\x22\x4d\x18"sv,
                             "PK\x03\x04"sv,
                             "7z\xbc\xaf"sv,
                             "x\x9c"sv,
                             "x\xda"sv,
                             "x\x5e"sv,
                             "x\x01"sv,
                             "bplist00"sv,
                             "BZh9"sv,
                             "\xff\x06\x00\x00sNaPpY"sv};

// A key of a map, as far as it is there: characters of names, more than one, as chance makes those too.
bool is_key(Bytes bytes, size_t at, size_t size) {
  if (size < 2 || at + 2 > bytes.size()) return false;
  const std::string_view key = as_text(bytes.subspan(at, std::min(size, bytes.size() - at)));
  const auto is_of_name = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '$' || c == ' ' ||
           static_cast<uint8_t>(c) >= 0x80;
  };
  return std::all_of(key.begin(), key.end(), is_of_name) && is_readable(key);
}

// A map, or an array of maps, whose first key is a short text.
bool starts_like_msgpack(Bytes bytes) {
  size_t at = 0;
  if ((bytes[0] & 0xf0) == 0x90) at = 1;
  if (bytes[0] == 0xdc) at = 3;
  if (bytes.size() < at + 5) return false;
  if (bytes[at] > 0x80 && bytes[at] <= 0x8f) {
    at += 1;
  } else if (bytes[at] == 0xde) {
    at += 3;
  } else {
    return false;
  }
  return bytes[at] > 0xa0 && bytes[at] <= 0xbf && is_key(bytes, at + 1, bytes[at] & 0x1fU);
}

bool starts_like_cbor(Bytes bytes) {
  size_t at = as_text(bytes).starts_with("\xd9\xd9\xf7") ? 3 : 0;
  if (bytes.size() > at + 5 && ((bytes[at] > 0x80 && bytes[at] <= 0x97) || bytes[at] == 0x9f)) ++at;
  if (bytes.size() < at + 5) return false;
  const uint8_t map = bytes[at];
  if ((map <= 0xa0 || map > 0xb8) && map != 0xbf) return false;
  at += map == 0xb8 ? 2 : 1;
  return bytes[at] > 0x60 && bytes[at] <= 0x77 && is_key(bytes, at + 1, bytes[at] & 0x1fU);
}

// The size of all, a type of element, its key and a NUL (https://bsonspec.org/spec.html).
bool starts_like_bson(Bytes bytes) {
  constexpr size_t kLongestKey = 64;
  if (bytes.size() < 8) return false;
  const uint32_t size = ByteReader(bytes).le32();
  if (size < 8 || size > (16U << 20)) return false;
  if (bytes[4] == 0 || bytes[4] > 0x13) return false;
  const size_t end = as_text(bytes).substr(5, kLongestKey).find('\0');
  return end != std::string_view::npos && is_key(bytes, 5, end);
}

bool starts_like_document(std::string_view head) {
  const Bytes bytes = as_bytes(head);
  return starts_like_msgpack(bytes) || starts_like_cbor(bytes) || starts_like_bson(bytes);
}

bool starts_compressed(std::string_view head) {
  return std::any_of(kMagics.begin(), kMagics.end(),
                     [&](auto magic) { return head.starts_with(magic); });
}

}  // namespace

bool is_readable(std::string_view head) {
  const ByteClasses classes = classes_of(head);
  if ((classes & (byte_class::kControl | byte_class::kNul)) != 0) return false;
  if ((classes & byte_class::kHigh) == 0) return (classes & byte_class::kAlnum) != 0;
  return is_utf8_prefix(head);
}

bool is_recognisable(std::string_view head, bool whole) {
  if (head.size() < kShortestText) return false;
  if (is_readable(head) || starts_compressed(head)) return true;
  return looks_like_utf16(head) || starts_like_document(head) ||
         looks_like_protobuf(as_bytes(head), !whole);
}

}  // namespace telltale
