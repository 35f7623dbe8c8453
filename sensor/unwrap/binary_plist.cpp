// Apple's binary property lists, version 00: objects, a table of where each starts, and a trailer
// that names the table (CFBinaryPList.c of Apple's CoreFoundation describes the layout). Told by
// their magic number.
//
// Containers refer to objects by number, so that one object may stand in many places or in itself:
// the caps on nesting and on fields bound what that can cost. Without its trailer a list cannot be
// read.
#include <array>
#include <bit>

#include "sensor/unwrap/charset.h"
#include "sensor/unwrap/tree_writer.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic = "bplist00";
constexpr size_t kTrailerSize = 32;
constexpr size_t kMostFrames = 256;
constexpr double kEpochOfApple = 978'307'200;  // 2001-01-01 in seconds since 1970
enum Type : uint8_t {
  kSimple = 0x0,
  kInteger = 0x1,
  kReal = 0x2,
  kDate = 0x3,
  kData = 0x4,
  kAscii = 0x5,
  kUtf16 = 0x6,
  kUid = 0x8,
  kArray = 0xa,
  kSet = 0xc,
  kDict = 0xd
};

class PlistReader {
 public:
  explicit PlistReader(Offer& offer) : writer_(offer), bytes_(offer.bytes()) {}

  // False when it is damaged; what was read before stays.
  bool read() {
    uint64_t top = 0;
    if (!read_trailer(&top) || !add(top)) return false;
    while (depth_ > 0) {
      Frame& frame = frames_[depth_ - 1];
      if (frame.next == frame.count) {
        writer_.close(frame.end);
        --depth_;
        continue;
      }
      const uint64_t at = frame.next++;
      if (frame.is_dict) writer_.key(key(reference(frame.references + at * reference_size_)));
      if (!add(reference(frame.references +
                         (frame.is_dict ? frame.count + at : at) * reference_size_)))
        return false;
    }
    return true;
  }

 private:
  struct Frame {
    size_t references = 0;  // where its references stand, a dictionary's keys first
    uint64_t count = 0;
    uint64_t next = 0;
    size_t end = 0;
    bool is_dict = false;
  };
  struct Object {
    uint8_t type = 0xff;  // none of Type: there is no such object
    uint8_t low = 0;      // of the marker
    uint64_t count = 0;   // bytes, characters or references
    size_t marker = 0;
    size_t content = 0;
  };

  uint64_t integer(size_t at, size_t size) const {
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | bytes_[at + i];
    return value;
  }

  bool read_trailer(uint64_t* top) {
    if (bytes_.size() < kMagic.size() + kTrailerSize) return false;
    const size_t trailer = bytes_.size() - kTrailerSize;
    offset_size_ = bytes_[trailer + 6];
    reference_size_ = bytes_[trailer + 7];
    objects_ = integer(trailer + 8, 8);
    *top = integer(trailer + 16, 8);
    const uint64_t table = integer(trailer + 24, 8);
    if (offset_size_ == 0 || offset_size_ > 8 || reference_size_ == 0 || reference_size_ > 8)
      return false;
    if (table >= trailer || objects_ > (trailer - table) / offset_size_) return false;
    table_ = static_cast<size_t>(table);
    return true;
  }

  uint64_t reference(size_t at) const { return integer(at, reference_size_); }
  bool fits(const Object& object, size_t unit) const {
    return object.count <= (table_ - object.content) / unit;
  }

  // The object of that number; its content is within bounds when fits() says so.
  Object object(uint64_t number) const {
    if (number >= objects_) return {};
    const uint64_t begin =
        integer(table_ + static_cast<size_t>(number) * offset_size_, offset_size_);
    if (begin >= table_) return {};
    Object found{.marker = static_cast<size_t>(begin)};
    const uint8_t marker = bytes_[found.marker];
    found.low = marker & 0x0f;
    found.count = found.low;
    found.content = found.marker + 1;
    if (found.low == 0x0f && marker >= kData << 4) {
      // The count follows as an integer object.
      if (found.content >= table_ || (bytes_[found.content] & 0xf0) != kInteger << 4) return {};
      const size_t size = size_t{1} << (bytes_[found.content] & 0x0f);
      if (size > 8 || size > table_ - found.content - 1) return {};
      found.count = integer(found.content + 1, size);
      found.content += 1 + size;
    }
    found.type = marker >> 4;
    return found;
  }

  std::string_view utf16(const Object& text) {
    const std::string_view raw =
        as_text(bytes_).substr(text.content, static_cast<size_t>(text.count) * 2);
    return to_utf8("utf-16be", raw, writer_.offer()).text;
  }

  std::string_view key(uint64_t number) {
    const Object text = object(number);
    if (text.type == kAscii && fits(text, 1)) {
      return as_text(bytes_).substr(text.content, static_cast<size_t>(text.count));
    }
    return text.type == kUtf16 && fits(text, 2) ? utf16(text) : std::string_view{};
  }

  bool add(uint64_t number) {
    const Object found = object(number);
    const auto count = static_cast<size_t>(found.count);
    switch (found.type) {
      case kSimple:
        return simple(found);
      case kInteger:
      case kReal:
      case kDate:
        return scalar(found);
      case kUid:
        return found.low < 8 && size_t{found.low} + 1 <= table_ - found.content &&
               writer_.number(integer(found.content, size_t{found.low} + 1),
                              {found.content, size_t{found.low} + 1});
      case kData:
        return fits(found, 1) && writer_.binary({found.content, count});
      case kAscii:
        return fits(found, 1) && writer_.text({found.content, count});
      case kUtf16:
        return fits(found, 2) && writer_.converted(utf16(found), {found.content, count * 2});
      case kArray:
      case kSet:
        return open(found, false);
      case kDict:
        return open(found, true);
      default:
        return false;
    }
  }

  bool simple(const Object& found) {
    const Place place{found.marker, 1};
    return found.low == 0 ? writer_.null(place) : writer_.boolean(found.low == 9, place);
  }

  bool scalar(const Object& found) {
    const size_t size = size_t{1} << found.low;
    if (found.low > 4 || size > table_ - found.content) return false;
    const Place place{found.content, size};
    // Of 16 bytes, the lower half: that is how unsigned numbers of 64 bits are written.
    if (found.type == kInteger && size == 16)
      return writer_.number(integer(found.content + 8, 8), place);
    const uint64_t bits = integer(found.content, std::min<size_t>(size, 8));
    if (found.type == kInteger) {
      return size == 8 ? writer_.number(static_cast<int64_t>(bits), place)
                       : writer_.number(bits, place);
    }
    if (size == 4) return writer_.number(std::bit_cast<float>(static_cast<uint32_t>(bits)), place);
    if (size != 8) return false;
    const double value = std::bit_cast<double>(bits);
    return writer_.number(found.type == kDate ? value + kEpochOfApple : value, place);
  }

  bool open(const Object& found, bool is_dict) {
    const size_t size = reference_size_ * (is_dict ? 2 : 1);
    if (!fits(found, size) || depth_ >= kMostFrames || !writer_.open(is_dict, found.marker))
      return false;
    frames_[depth_++] = {.references = found.content,
                         .count = found.count,
                         .end = found.content + static_cast<size_t>(found.count) * size,
                         .is_dict = is_dict};
    return true;
  }

  TreeWriter writer_;
  Bytes bytes_;
  size_t offset_size_ = 0;
  size_t reference_size_ = 0;
  uint64_t objects_ = 0;
  size_t table_ = 0;  // of offsets; objects stand before it
  size_t depth_ = 0;
  std::array<Frame, kMostFrames> frames_;
};

bool unwrap(Offer& offer) {
  if (!offer.value().starts_with(kMagic)) return false;
  const size_t before = offer.fields().size();
  PlistReader(offer).read();
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo binary_plist_unwrapper{
    .name = "bplist", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
