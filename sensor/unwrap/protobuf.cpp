// Protobuf messages as a whole value, in gRPC frames
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md) and behind their length (varint,
// or four bytes of either endianness as many TCP protocols have it). Several messages in a row
// become rows.
#include "sensor/base/encoding.h"
#include "sensor/unwrap/protobuf_reader.h"

namespace telltale {
namespace {

enum class Framing : uint8_t { grpc, big_endian, little_endian, varint };

struct Frame {
  size_t begin = 0;  // of the message
  size_t size = 0;
  bool compressed = false;  // gRPC
  bool cut = false;
};

class FrameReader {
 public:
  FrameReader(Bytes bytes, Framing framing, bool cut)
      : reader_(bytes), framing_(framing), cut_(cut) {}

  // False at the end and where there is no frame: then ok() is false.
  bool next(Frame* frame) {
    if (reader_.done() || !ok_) return false;
    frame->compressed = false;
    uint64_t size = 0;
    if (framing_ == Framing::varint) {
      size = varint();
    } else if (framing_ == Framing::little_endian) {
      size = reader_.le32();
    } else {
      const uint8_t flag = framing_ == Framing::grpc ? reader_.u8() : uint8_t{0};
      ok_ = flag <= 1;
      frame->compressed = flag == 1;
      size = reader_.be32();
    }
    if (!reader_.ok()) ok_ = ok_ && cut_;
    if (!reader_.ok() || !ok_) return false;
    frame->begin = reader_.position();
    frame->cut = size > reader_.remaining();
    frame->size = static_cast<size_t>(std::min<uint64_t>(size, reader_.remaining()));
    ok_ = !frame->cut || cut_;
    reader_.skip(frame->size);
    return ok_ && !(frame->cut && frame->size == 0);
  }
  bool ok() const { return ok_; }

 private:
  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const uint8_t byte = reader_.u8();
      value |= uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  ByteReader reader_;
  Framing framing_;
  bool cut_;
  bool ok_ = true;
};

// Are these frames from the first byte to the last? `said`: the media type says so; else the first
// message must look like one, and the others must parse.
bool are_frames(const Offer& offer, Framing framing, bool said) {
  FrameReader reader(offer.bytes(), framing, offer.truncated());
  Frame frame;
  size_t count = 0;
  bool convincing = said;
  while (reader.next(&frame)) {
    ++count;
    if (frame.compressed || frame.size == 0) continue;
    const Bytes message = offer.bytes().subspan(frame.begin, frame.size);
    if (!parses_as_protobuf(message, frame.cut)) return false;
    convincing = convincing || looks_like_protobuf(message, frame.cut);
  }
  return reader.ok() && count > 0 && convincing;
}

bool add_message(Offer& offer, const Frame& frame, FieldId parent, size_t parent_begin) {
  const size_t before = offer.fields().size();
  read_protobuf(offer, {parent, parent_begin, frame.begin, frame.size, frame.cut});
  return offer.fields().size() > before;
}

bool read_frames(Offer& offer, Framing framing) {
  const size_t before = offer.fields().size();
  FrameReader reader(offer.bytes(), framing, offer.truncated());
  Frame frame;
  for (uint32_t row = 0; reader.next(&frame); ++row) {
    if (frame.size == 0) continue;
    const Bytes message = offer.bytes().subspan(frame.begin, frame.size);
    const bool is_leaf = frame.compressed || !parses_as_protobuf(message, frame.cut);
    const FieldId id = offer.add({.value = is_leaf ? as_text(message) : std::string_view{},
                                  .step = Step::element,
                                  .kind = is_leaf ? FieldKind::binary : FieldKind::object,
                                  .index = row,
                                  .raw_begin = static_cast<uint32_t>(frame.begin),
                                  .raw_size = static_cast<uint32_t>(frame.size),
                                  .verbatim = true,
                                  .truncated = is_leaf && frame.cut});
    if (id == kNoField) break;
    if (!is_leaf) add_message(offer, frame, id, frame.begin);
  }
  return offer.fields().size() > before;
}

// A single frame's message is the document itself.
bool unwrap_frames(Offer& offer, Framing framing, bool said) {
  if (!are_frames(offer, framing, said)) return false;
  FrameReader reader(offer.bytes(), framing, offer.truncated());
  Frame first;
  Frame second;
  if (reader.next(&first) && !reader.next(&second) && !first.compressed && first.size > 0) {
    return add_message(offer, first, offer.id(), 0);
  }
  return read_frames(offer, framing);
}

bool unwrap(Offer& offer) {
  const std::string_view media = trim(offer.hints().media_type);
  if (istarts_with(media, "application/grpc")) return unwrap_frames(offer, Framing::grpc, true);
  const bool said = media.find("protobuf") != std::string_view::npos ||
                    media.find("x-proto") != std::string_view::npos;
  if (!said && (offer.head_classes() & (byte_class::kControl | byte_class::kNul)) == 0)
    return false;
  const bool cut = offer.truncated();
  if (said ? parses_as_protobuf(offer.bytes(), cut) : looks_like_protobuf(offer.bytes(), cut)) {
    return add_message(offer, {.begin = 0, .size = offer.value().size(), .cut = cut}, offer.id(),
                       0);
  }
  return unwrap_frames(offer, Framing::grpc, false) ||
         unwrap_frames(offer, Framing::big_endian, false) ||
         unwrap_frames(offer, Framing::little_endian, false) ||
         unwrap_frames(offer, Framing::varint, false);
}

}  // namespace

const UnwrapperInfo protobuf_unwrapper{.name = "protobuf",
                                       .unwrap = unwrap,
                                       .triggers = byte_class::kControl | byte_class::kNul,
                                       .by_head = true};

}  // namespace telltale
