// Messages that each stand behind their length, as programs put them on a bare connection or into
// datagrams: 4 or 2 bytes in either order, or a varint as protobuf's writeDelimitedTo() makes.
//
// Recognised on content itself (never inside another format) when the lengths lead exactly to its
// end and what they frame is something: text, a document, compressed data. Not an encoding, so
// `encodings` does not name it; the messages are $[0], $[1], ...
#include "sensor/base/length_prefix.h"

#include <vector>

#include "sensor/unwrap/protobuf_reader.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/unwrapper.h"
#include "sensor/unwrap/utf16.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 4;       // of a message that is told
constexpr size_t kMostFrames = 4096;  // looked at
constexpr size_t kLook = 512;         // bytes of a message that tell what it is

// Protobuf's own reader takes lengths off by itself.
bool is_something(std::string_view frame) {
  const std::string_view head = frame.substr(0, kLook);
  const bool whole = frame.size() <= kLook;
  return is_recognisable(head, whole) && !looks_like_protobuf(as_bytes(head), !whole);
}

// The messages, where the lengths lead to the end; the last may be cut off when `truncated`.
std::vector<std::string_view> frames_of(std::string_view value, ReadLengthPrefix read,
                                        bool truncated) {
  std::vector<std::string_view> frames;
  size_t at = 0;
  while (at < value.size()) {
    const auto prefix = read(as_bytes(value.substr(at)));
    if (!prefix || frames.size() == kMostFrames) return {};
    at += prefix->size;
    const bool cut_off = prefix->length > value.size() - at;
    if (prefix->length < kShortest || (cut_off && (!truncated || frames.empty()))) return {};
    frames.push_back(value.substr(at, prefix->length));
    if (!is_something(frames.back()) && !cut_off) return {};
    at += frames.back().size();
  }
  return frames;
}

bool unwrap(Offer& offer) {
  if (offer.field().parent != kNoField) return false;
  const std::string_view value = offer.value();
  const std::string_view head = value.substr(0, Offer::kHead);
  if (kind_of(head) != FieldKind::binary || looks_like_utf16(head)) return false;
  for (const ReadLengthPrefix read : kLengthPrefixes) {
    const auto frames = frames_of(value, read, offer.truncated());
    // One text in a binary wrapping is found where text is searched for.
    if (frames.empty() || (frames.size() == 1 && is_readable(frames[0].substr(0, kLook)))) continue;
    for (size_t i = 0; i < frames.size(); ++i) {
      const bool is_last = i + 1 == frames.size();
      const FieldId added =
          offer.add({.value = frames[i],
                     .step = Step::element,
                     .kind = kind_of(frames[i]),
                     .index = static_cast<uint32_t>(i),
                     .raw_begin = static_cast<uint32_t>(frames[i].data() - value.data()),
                     .raw_size = static_cast<uint32_t>(frames[i].size()),
                     .verbatim = true,
                     .truncated = is_last && offer.truncated()});
      if (added == kNoField) break;
    }
    return true;
  }
  return false;
}

}  // namespace

const UnwrapperInfo length_prefix_unwrapper{
    .name = "length-prefix", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
