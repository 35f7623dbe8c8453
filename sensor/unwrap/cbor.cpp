// CBOR (RFC 8949), by its media type, its self-describing tag, or when the whole value is one map
// with text keys, or a list of such. The only user of libcbor: its streaming decoder reads one
// item's head at a time, the nesting is kept here.
#include <array>

#include <cbor.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/tree_writer.h"

namespace telltale {
namespace {

constexpr size_t kMostFrames = 256;
constexpr std::string_view kSelfDescribed = "\xd9\xd9\xf7";

class CborReader {
 public:
  explicit CborReader(Offer& offer) : writer_(offer), bytes_(offer.bytes()) {}

  // Reads one document; true when it is complete.
  bool read() {
    const cbor_callbacks callbacks = make_callbacks();
    while (!failed_ && !done_ && at_ < bytes_.size()) {
      const cbor_decoder_result result =
          cbor_stream_decode(bytes_.data() + at_, bytes_.size() - at_, &callbacks, this);
      if (result.status != CBOR_DECODER_FINISHED) break;
      at_ += result.read;
      end_finished();
    }
    while (depth_ > 0) pop();
    return done_ && !failed_;
  }
  size_t position() const { return at_; }
  bool has_text_key() const { return has_text_key_; }

 private:
  struct Frame {
    uint64_t left = 0;  // items; keys and values of a map count each
    bool indefinite = false;
    bool is_map = false;
    bool key_is_next = false;
    bool is_string = false;  // of indefinite length, given in chunks, each under its key
    std::string_view key;
  };

  static CborReader& self(void* context) { return *static_cast<CborReader*>(context); }

  static cbor_callbacks make_callbacks() {
    cbor_callbacks callbacks = cbor_empty_callbacks;
    callbacks.uint8 = [](void* c, uint8_t value) { self(c).number(uint64_t{value}); };
    callbacks.uint16 = [](void* c, uint16_t value) { self(c).number(uint64_t{value}); };
    callbacks.uint32 = [](void* c, uint32_t value) { self(c).number(uint64_t{value}); };
    callbacks.uint64 = [](void* c, uint64_t value) { self(c).number(value); };
    callbacks.negint8 = [](void* c, uint8_t value) { self(c).number(-1 - int64_t{value}); };
    callbacks.negint16 = [](void* c, uint16_t value) { self(c).number(-1 - int64_t{value}); };
    callbacks.negint32 = [](void* c, uint32_t value) { self(c).number(-1 - int64_t{value}); };
    callbacks.negint64 = [](void* c, uint64_t value) {
      self(c).number(-1 - static_cast<int64_t>(value & INT64_MAX));
    };
    callbacks.float2 = [](void* c, float value) { self(c).number(value); };
    callbacks.float4 = [](void* c, float value) { self(c).number(value); };
    callbacks.float8 = [](void* c, double value) { self(c).number(value); };
    callbacks.boolean = [](void* c, bool value) {
      self(c).simple(value ? "true" : "false", FieldKind::boolean);
    };
    callbacks.null = [](void* c) { self(c).simple("null", FieldKind::null); };
    callbacks.undefined = [](void* c) { self(c).simple("null", FieldKind::null); };
    callbacks.string = [](void* c, cbor_data data, size_t size) { self(c).text(data, size); };
    callbacks.byte_string = [](void* c, cbor_data data, size_t size) {
      self(c).binary(data, size);
    };
    callbacks.string_start = [](void* c) { self(c).push({.indefinite = true, .is_string = true}); };
    callbacks.byte_string_start = [](void* c) {
      self(c).push({.indefinite = true, .is_string = true});
    };
    callbacks.array_start = [](void* c, size_t size) { self(c).open({.left = size}); };
    callbacks.indef_array_start = [](void* c) { self(c).open({.indefinite = true}); };
    callbacks.map_start = [](void* c, size_t size) { self(c).open(map_of(size, false)); };
    callbacks.indef_map_start = [](void* c) { self(c).open(map_of(0, true)); };
    callbacks.indef_break = [](void* c) { self(c).on_break(); };
    return callbacks;
  }
  static Frame map_of(size_t pairs, bool indefinite) {
    return {
        .left = uint64_t{pairs} * 2, .indefinite = indefinite, .is_map = true, .key_is_next = true};
  }

  bool in_key() const {
    return depth_ > 0 && frames_[depth_ - 1].is_map && frames_[depth_ - 1].key_is_next;
  }

  template <typename Number>
  void number(Number value) {
    if (in_key()) {
      writer_.key(keep_number(value, writer_.offer()));
    } else {
      take(writer_.number(value, {at_, 1}));
    }
    count_item();
  }
  void simple(std::string_view word, FieldKind kind) {
    if (in_key()) {
      writer_.key(word);
    } else {
      take(kind == FieldKind::null ? writer_.null({at_, 1})
                                   : writer_.boolean(word == "true", {at_, 1}));
    }
    count_item();
  }
  Place place_of(cbor_data data, size_t size) const {
    return {static_cast<size_t>(data - bytes_.data()), size};
  }
  void text(cbor_data data, size_t size) {
    const Place place = place_of(data, size);
    if (in_key()) {
      const std::string_view name = writer_.offer().value().substr(place.begin, place.size);
      has_text_key_ = has_text_key_ || (size > 0 && is_readable(name));
      writer_.key(name);
    } else {
      key_chunk();
      take(writer_.text(place));
    }
    count_item();
  }
  void binary(cbor_data data, size_t size) {
    key_chunk();
    if (!in_key()) take(writer_.binary(place_of(data, size)));
    count_item();
  }

  void open(Frame frame) {
    if (in_key() || depth_ >= kMostFrames) {
      failed_ = true;
      return;
    }
    take(writer_.open(frame.is_map, at_));
    if (!failed_) frames_[depth_++] = frame;
  }
  void push(Frame frame) {
    if (in_key() || depth_ == 0 || depth_ >= kMostFrames) {
      failed_ = true;
      return;
    }
    frame.key = writer_.key();
    frames_[depth_++] = frame;
  }
  void key_chunk() {
    if (depth_ > 0 && frames_[depth_ - 1].is_string) writer_.key(frames_[depth_ - 1].key);
  }
  void on_break() {
    if (depth_ == 0 || !frames_[depth_ - 1].indefinite) {
      failed_ = true;
      return;
    }
    frames_[depth_ - 1].indefinite = false;
    frames_[depth_ - 1].left = 0;
  }
  void count_item() {
    if (depth_ == 0) {
      failed_ = true;  // a bare value is no document
      return;
    }
    Frame& frame = frames_[depth_ - 1];
    if (!frame.indefinite && frame.left > 0) --frame.left;
    frame.key_is_next = frame.is_map && !frame.key_is_next;
  }
  // Containers that have all their items end, and each is an item of the one around it.
  void end_finished() {
    while (depth_ > 0 && !failed_ && !frames_[depth_ - 1].indefinite &&
           frames_[depth_ - 1].left == 0) {
      pop();
      if (depth_ == 0) {
        done_ = true;
        return;
      }
      count_item();
    }
  }
  void pop() {
    if (!frames_[depth_ - 1].is_string) writer_.close(at_);
    --depth_;
  }
  void take(bool went_on) { failed_ = failed_ || !went_on; }

  TreeWriter writer_;
  Bytes bytes_;
  size_t at_ = 0;
  size_t depth_ = 0;
  bool failed_ = false;
  bool done_ = false;
  bool has_text_key_ = false;
  std::array<Frame, kMostFrames> frames_;
};

// A map, or a list of maps, whose first key is a text of a few characters.
bool starts_like_a_document(Bytes head) {
  size_t at = 0;
  if (as_text(head).starts_with(kSelfDescribed)) return true;
  if (head.size() < 4) return false;
  if ((head[0] >= 0x81 && head[0] <= 0x97) || head[0] == 0x9f) at = 1;
  if (head[0] == 0x98) at = 2;
  const bool is_map = (head[at] >= 0xa1 && head[at] <= 0xb7) || head[at] == 0xbf;
  const size_t key = head[at] == 0xb8 ? at + 2 : at + 1;
  if ((!is_map && head[at] != 0xb8) || key >= head.size()) return false;
  return head[key] > 0x60 && head[key] <= 0x78;
}

bool unwrap(Offer& offer) {
  const bool said = offer.hints().media_type.find("cbor") != std::string_view::npos;
  if (!said && !starts_like_a_document(offer.bytes())) return false;
  const size_t before = offer.fields().size();
  CborReader reader(offer);
  const bool complete = reader.read();
  const bool whole = complete && reader.position() == offer.value().size();
  const bool believed = said || (reader.has_text_key() && (whole || offer.truncated()));
  if (!believed) offer.fields().drop_from(before);
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo cbor_unwrapper{
    .name = "cbor", .unwrap = unwrap, .triggers = byte_class::kHigh, .by_head = true};

}  // namespace telltale
