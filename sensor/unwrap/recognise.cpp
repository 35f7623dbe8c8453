#include "sensor/unwrap/recognise.h"

#include <algorithm>
#include <array>

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

}  // namespace

bool is_readable(std::string_view head) {
  const ByteClasses classes = classes_of(head);
  if ((classes & (byte_class::kControl | byte_class::kNul)) != 0) return false;
  if ((classes & byte_class::kHigh) == 0) return (classes & byte_class::kAlnum) != 0;
  return is_utf8_prefix(head);
}

bool is_recognisable(std::string_view head, bool whole) {
  if (head.size() < kShortestText) return false;
  if (is_readable(head)) return true;
  if (std::any_of(kMagics.begin(), kMagics.end(),
                  [&](auto magic) { return head.starts_with(magic); })) {
    return true;
  }
  return looks_like_utf16(head) || (whole && looks_like_protobuf(as_bytes(head), false));
}

}  // namespace telltale
