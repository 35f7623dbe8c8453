// WebSocket (RFC 6455) after the upgrade, client to server: frames are unmasked, fragments joined,
// control frames skipped, compressed messages inflated (RFC 7692; that it was agreed on shows in
// the RSV1 bit).
//
// After a gap inside a frame the parts before and behind it are told as two messages. Where framing
// is lost the next chunk that consists of frames goes on (the last may be the start of a text);
// until then nothing can be read, as all is masked.
#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/websocket_inflate.h"

namespace telltale {
namespace {

enum Opcode : uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};
constexpr size_t kMaxHead = 14;

struct FrameHead {
  bool final = false;
  bool compressed = false;
  uint8_t opcode = 0;
  uint64_t size = 0;
  std::array<uint8_t, 4> mask{};

  bool is_control() const { return opcode >= kClose; }

  // The size of the head that starts with these bytes; at least two must be there.
  static size_t size_of(Bytes bytes) {
    const uint8_t size = bytes[1] & 0x7f;
    return 2U + (size == 126 ? 2U : size == 127 ? 8U : 0U) + ((bytes[1] & 0x80) != 0 ? 4U : 0U);
  }
  static FrameHead read(Bytes bytes) {
    ByteReader reader(bytes);
    FrameHead head;
    const uint8_t first = reader.u8();
    const uint8_t second = reader.u8();
    head.final = (first & 0x80) != 0;
    head.compressed = (first & 0x40) != 0;
    head.opcode = first & 15;
    head.size = second & 0x7f;
    if (head.size == 126) head.size = reader.be16();
    if (head.size == 127) head.size = reader.be64();
    if ((second & 0x80) != 0) {
      const Bytes mask = reader.take(4);
      if (mask.size() == 4) std::copy(mask.begin(), mask.end(), head.mask.begin());
    }
    return head;
  }
  // By its first byte and size (RFC 6455 section 5.2).
  bool is_valid(uint8_t first_byte) const {
    if ((first_byte & 0x30) != 0 || (size >> 63) != 0) return false;
    if (is_control()) return opcode <= kPong && final && size <= 125 && !compressed;
    return opcode <= kBinary;
  }
};

// Is this the start of a text frame's payload? Unmasked it is readable, which chance hardly makes
// of bytes.
bool starts_text(const FrameHead& head, Bytes payload) {
  constexpr size_t kMinSeen = 8;
  constexpr size_t kMaxSeen = 64;
  if (head.opcode != kText || head.compressed || payload.size() < kMinSeen) return false;
  std::string text;
  for (size_t i = 0; i < std::min(payload.size(), kMaxSeen); ++i) {
    text += static_cast<char>(payload[i] ^ head.mask[i & 3]);
    const auto c = static_cast<uint8_t>(text.back());
    if (c == 0x7f || (c < ' ' && !is_space(text.back()))) return false;
  }
  // The last character may be cut.
  for (size_t cut = 0; cut < 4; ++cut) {
    if (is_valid_utf8(std::string_view(text).substr(0, text.size() - cut))) return true;
  }
  return false;
}

// Does the chunk consist of whole masked frames, of which the last may be the start of a text?
bool is_frames(Bytes bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 2 || (bytes[1] & 0x80) == 0) return false;
    const size_t head_size = FrameHead::size_of(bytes);
    if (bytes.size() < head_size) return false;
    const FrameHead head = FrameHead::read(bytes.first(head_size));
    if (!head.is_valid(bytes[0])) return false;
    if (head.size > bytes.size() - head_size) return starts_text(head, bytes.subspan(head_size));
    bytes = bytes.subspan(head_size + head.size);
  }
  return true;
}

class WebSocketParser final : public Parser {
 public:
  WebSocketParser(const Limits& limits, const ProbeInput& flow) : limits_(limits), flow_(flow) {
    flow_.head = {};
  }

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    now_ = chunk;
    now_.bytes = {};
    now_.gap = 0;
    if (chunk.gap > 0) bridge(chunk.gap, sink);
    Bytes rest = chunk.bytes;
    if (lost_ && !rest.empty()) {
      if (!is_frames(rest)) {
        sink.on_not_read(rest.size(), NotInspected::unknown_binary);
        return std::nullopt;
      }
      lost_ = false;
    }
    while (!rest.empty()) {
      if (in_payload_) {
        take_payload(rest, chunk.frame, sink);
        continue;
      }
      const size_t at = chunk.bytes.size() - rest.size();
      const size_t held = head_size_;
      if (!collect_head(rest)) continue;
      const FrameHead head = FrameHead::read({head_.data(), head_size_});
      head_size_ = 0;
      if (!starts_well(head)) {
        sink.on_weird(Weird::websocket_frame_malformed);
        emit(true, sink);
        return Handover{&raw_parser(), at, std::string(as_text(Bytes(head_).first(held)))};
      }
      begin_frame(head, sink);
    }
    return std::nullopt;
  }

  void finish(ParserSink& sink) override {
    emit(true, sink);
    in_message_ = false;
    if (inner_ != nullptr) inner_->finish(sink);
  }

 private:
  // Is the head complete?
  bool collect_head(Bytes& rest) {
    while (!rest.empty()) {
      head_[head_size_++] = rest[0];
      rest = rest.subspan(1);
      if (head_size_ >= 2 && head_size_ == FrameHead::size_of(head_)) return true;
    }
    return false;
  }

  bool starts_well(const FrameHead& head) const {
    if (!head.is_valid(head_[0])) return false;
    if (head.is_control()) return true;
    // A continuation without a beginning is one of a message that was lost.
    return head.opcode == kContinuation || !in_message_;
  }

  void begin_frame(const FrameHead& head, ParserSink& sink) {
    frame_ = head;
    left_ = head.size;
    mask_at_ = 0;
    in_payload_ = true;
    if (!head.is_control() && head.opcode != kContinuation) {
      in_message_ = true;
      opcode_ = head.opcode;
      compressed_ = head.compressed;
      start_missing_ = false;
    }
    if (left_ == 0) end_frame(sink);
  }

  void take_payload(Bytes& rest, FrameRef frame, ParserSink& sink) {
    const Bytes part = rest.first(std::min<uint64_t>(rest.size(), left_));
    rest = rest.subspan(part.size());
    left_ -= part.size();
    if (!frame_.is_control()) {
      const size_t kept = std::min(part.size(), limits_.max_body - message_.size());
      append_unmasked(part.first(kept), frame);
      if (kept < part.size()) {
        if (!capped_) sink.on_weird(Weird::websocket_message_beyond_cap);
        capped_ = true;
        sink.on_not_read(part.size() - kept, NotInspected::body_cap);
      }
    }
    mask_at_ += part.size();
    if (left_ == 0) end_frame(sink);
  }

  void append_unmasked(Bytes bytes, FrameRef frame) {
    if (bytes.empty()) return;
    frames_.mark(static_cast<uint32_t>(message_.size()), frame);
    const size_t begin = message_.size();
    message_.append(as_text(bytes));
    std::array<uint8_t, 4> mask{};
    for (size_t i = 0; i < 4; ++i) mask[i] = frame_.mask[(mask_at_ + i) & 3];
    for (size_t i = 0; i < bytes.size(); ++i) {
      message_[begin + i] = static_cast<char>(bytes[i] ^ mask[i & 3]);
    }
  }

  void end_frame(ParserSink& sink) {
    in_payload_ = false;
    if (frame_.is_control() || !frame_.final) return;
    emit(false, sink);
    in_message_ = false;
  }

  void emit(bool truncated, ParserSink& sink) {
    truncated |= capped_;
    std::string text = std::move(message_);
    message_.clear();
    FrameMap frames = std::move(frames_);
    frames_ = {};
    capped_ = false;
    if (text.empty()) return;
    if (compressed_ && !inflate(text, truncated, sink)) return;
    if (goes_inside(text, sink)) return;
    Message message;
    message.protocol = "websocket";
    message.ts = now_.ts;
    message.truncated = truncated;
    message.frames = std::move(frames);
    FieldTree& fields = message.fields;
    const bool binary = opcode_ == kBinary;
    const FieldId id = fields.add_root(binary ? "websocket.binary" : "websocket.text",
                                       fields.arena().adopt(std::move(text)), 0);
    if (binary) fields.set_kind(id, FieldKind::binary);
    if (truncated) fields.set_truncated(id);
    sink.on_message(std::move(message));
  }

  // MQTT in binary messages (MQTT 3.1.1 section 6): packets need not end with a message.
  bool goes_inside(std::string_view text, ParserSink& sink) {
    const bool is_first = is_first_;
    is_first_ = false;
    if (opcode_ != kBinary) return false;
    if (is_first) {
      const ParserInfo* mqtt = find_parser("mqtt");
      ProbeInput input = flow_;
      input.head = as_bytes(text);
      if (mqtt != nullptr && mqtt->probe(input) == Probe::yes)
        inner_ = mqtt->create(limits_, flow_);
    }
    if (inner_ == nullptr) return false;
    Chunk inside = now_;
    inside.bytes = as_bytes(text);
    inner_->feed(inside, sink);
    return true;
  }

  // Replaces `text` by what it was. False when nothing could be read.
  bool inflate(std::string& text, bool& truncated, ParserSink& sink) {
    using Result = WebSocketInflater::Result;
    const size_t size = text.size();
    if (start_missing_) {
      sink.on_not_read(size, NotInspected::unknown_binary);
      if (inflater_ != nullptr) inflater_->reset();
      return false;
    }
    if (inflater_ == nullptr) inflater_ = std::make_unique<WebSocketInflater>();
    const size_t cap =
        std::min(limits_.max_body, std::max<size_t>(65536, size * limits_.max_inflate_ratio));
    std::string plain;
    const Result result = inflater_->inflate(text, cap, &plain);
    if (result == Result::beyond_cap) sink.on_weird(Weird::websocket_inflate_beyond_cap);
    if (result == Result::damaged) sink.on_weird(Weird::websocket_inflate_damaged);
    truncated |= result != Result::ok;
    if (truncated) inflater_->reset();
    if (plain.empty()) {
      sink.on_not_read(size, NotInspected::unknown_binary);
      return false;
    }
    text = std::move(plain);
    return true;
  }

  void bridge(uint64_t gap, ParserSink& sink) {
    if (lost_) return;
    if (!frame_.is_control() || !in_payload_) {
      emit(true, sink);
      start_missing_ = true;
    }
    if (in_payload_ && gap <= left_) {
      left_ -= gap;
      mask_at_ += gap;
      if (left_ == 0) end_frame(sink);
      return;
    }
    sink.on_weird(Weird::websocket_framing_lost_in_gap);
    lost_ = true;
    in_payload_ = false;
    in_message_ = false;
    head_size_ = 0;
    if (inflater_ != nullptr) inflater_->reset();
  }

  const Limits& limits_;
  ProbeInput flow_;
  std::array<uint8_t, kMaxHead> head_{};
  size_t head_size_ = 0;
  FrameHead frame_;
  uint64_t left_ = 0;     // of the frame's payload
  uint64_t mask_at_ = 0;  // position in the payload
  bool in_payload_ = false;
  bool in_message_ = false;
  bool compressed_ = false;
  bool start_missing_ = false;  // of the message at hand
  bool capped_ = false;
  bool lost_ = false;
  uint8_t opcode_ = kText;
  std::string message_;
  FrameMap frames_;
  std::unique_ptr<WebSocketInflater> inflater_;
  std::unique_ptr<Parser> inner_;  // of a protocol in the binary messages
  bool is_first_ = true;
  Chunk now_;  // the newest chunk, without its bytes
};

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<WebSocketParser>(limits, flow);
}

}  // namespace

// Only by an upgrade: frames cannot be told from anything else by their bytes.
extern const ParserInfo websocket_info{"websocket", false, nullptr, create};

}  // namespace telltale
