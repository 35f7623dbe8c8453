// BSON (https://bsonspec.org/spec.html): told by its length and its closing zero, as it has no
// magic number.
#include <bit>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/tree_writer.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 8;
constexpr size_t kLongestKey = 256;
enum Type : uint8_t {
  kDouble = 0x01,
  kString = 0x02,
  kDocument = 0x03,
  kArray = 0x04,
  kBinary = 0x05,
  kObjectId = 0x07,
  kBoolean = 0x08,
  kDate = 0x09,
  kNull = 0x0a,
  kRegex = 0x0b,
  kCode = 0x0d,
  kInt32 = 0x10,
  kTimestamp = 0x11,
  kInt64 = 0x12,
  kDecimal = 0x13
};

class BsonReader {
 public:
  explicit BsonReader(Offer& offer) : writer_(offer), reader_(offer.bytes()) {}

  // True when all of it was read.
  bool read() {
    if (!open_document(true, 0)) return false;
    while (writer_.depth() > 0) {
      const uint8_t type = reader_.u8();
      if (!reader_.ok()) return false;
      if (type == 0) {
        writer_.close(reader_.position());
        continue;
      }
      writer_.key(c_string());
      if (!reader_.ok() || !value(type)) return false;
    }
    return reader_.done();
  }

 private:
  bool open_document(bool is_object, size_t begin) {
    reader_.skip(4);  // its size: the closing zero tells the same
    return reader_.ok() && writer_.open(is_object, begin);
  }
  std::string_view c_string() {
    const std::string_view rest = as_text(reader_.peek());
    const size_t end = rest.substr(0, kLongestKey).find('\0');
    if (end == std::string_view::npos) {
      reader_.skip(rest.size() + 1);
      return {};
    }
    reader_.skip(end + 1);
    return rest.substr(0, end);
  }
  // A string or binary value: its size stands before it.
  bool sized(bool is_text) {
    size_t size = reader_.le32();
    if (!is_text) reader_.skip(1);  // the subtype
    const bool cut_off = size > reader_.remaining();
    if (!reader_.ok() || (cut_off && !writer_.offer().truncated())) return false;
    const Place place{reader_.position(), cut_off               ? reader_.remaining()
                                          : is_text && size > 0 ? size - 1
                                                                : size};
    reader_.skip(size);
    return is_text ? writer_.text(place, cut_off) : writer_.binary(place, cut_off);
  }

  bool value(uint8_t type) {
    const size_t begin = reader_.position();
    switch (type) {
      case kDouble:
        return number(std::bit_cast<double>(reader_.le64()), begin);
      case kInt32:
        return number(static_cast<int32_t>(reader_.le32()), begin);
      case kInt64:
      case kDate:
        return number(static_cast<int64_t>(reader_.le64()), begin);
      case kTimestamp:
        return number(reader_.le64(), begin);
      case kBoolean:
        return boolean(reader_.u8() != 0, begin);
      case kNull:
        return writer_.null({begin, 0});
      case kString:
      case kCode:
        return sized(true);
      case kBinary:
        return sized(false);
      case kDocument:
        return open_document(true, begin);
      case kArray:
        return open_document(false, begin);
      case kObjectId:
        return fixed(begin, 12);
      case kDecimal:
        return fixed(begin, 16);
      case kRegex:
        c_string();
        c_string();
        return reader_.ok();
      default:
        return false;
    }
  }
  template <typename Number>
  bool number(Number value, size_t begin) {
    return reader_.ok() && writer_.number(value, {begin, sizeof value});
  }
  bool boolean(bool value, size_t begin) {
    return reader_.ok() && writer_.boolean(value, {begin, 1});
  }
  bool fixed(size_t begin, size_t size) {
    reader_.skip(size);
    return reader_.ok() && writer_.binary({begin, size});
  }

  TreeWriter writer_;
  ByteReader reader_;
};

// Is it as long as it says, and does its first member look like one?
bool starts_like_a_document(Bytes bytes, bool cut_off) {
  if (bytes.size() < kShortest || bytes[4] == 0 || bytes[4] > kDecimal) return false;
  const uint32_t size = ByteReader(bytes).le32();
  if (cut_off) return size >= bytes.size() && is_readable(as_text(bytes.subspan(5, 1)));
  return size == bytes.size() && bytes.back() == 0;
}

bool unwrap(Offer& offer) {
  const bool cut_off = offer.truncated();
  if (!starts_like_a_document(offer.bytes(), cut_off)) return false;
  const size_t before = offer.fields().size();
  if (!BsonReader(offer).read() && !cut_off) offer.fields().drop_from(before);
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo bson_unwrapper{
    .name = "bson", .unwrap = unwrap, .triggers = byte_class::kNul, .by_head = true};

}  // namespace telltale
