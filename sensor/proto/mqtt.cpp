// MQTT 3.1, 3.1.1 and 5.0 (OASIS), what a client tells the broker: CONNECT and PUBLISH.
//
// Packets are collected whole, up to the cap. After a gap the rest of a packet of known size is
// scanned as raw; where framing is lost, the next segment that starts like a packet goes on with.
#include <algorithm>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"
#include "sensor/proto/stream_buffer.h"

namespace telltale {
namespace {

enum Packet : uint8_t { kConnect = 1, kPublish = 3, kPubrel = 6, kPingreq = 12, kDisconnect = 14 };
enum ConnectFlag : uint8_t { kWill = 0x04, kUserName = 0x80 };
constexpr uint8_t kVersion5 = 5;

// The fixed header (MQTT 3.1.1 section 2.2).
struct FixedHeader {
  uint8_t type = 0;
  uint8_t flags = 0;
  size_t size = 0;   // of the header itself; 0 while it is incomplete
  size_t total = 0;  // of the packet with its header
  bool malformed = false;

  static FixedHeader read(Bytes bytes) {
    FixedHeader header;
    if (bytes.empty()) return header;
    header.type = bytes[0] >> 4;
    header.flags = bytes[0] & 15;
    size_t remaining = 0;
    for (size_t i = 1; i <= 4 && i < bytes.size(); ++i) {
      remaining |= size_t{bytes[i] & 0x7fU} << (7 * (i - 1));
      if ((bytes[i] & 0x80) != 0) {
        header.malformed = i == 4;
        continue;
      }
      header.size = i + 1;
      header.total = header.size + remaining;
      break;
    }
    if (!header.is_of_client()) header.malformed = true;
    return header;
  }

 private:
  bool is_of_client() const {
    switch (type) {
      case kPublish:
        return (flags & 6) != 6;
      case kPubrel:
      case 8:
      case 10:
        return flags == 2;
      case kConnect:
      case 4:
      case 5:
      case 7:
      case kPingreq:
      case kDisconnect:
      case 15:
        return flags == 0;
      default:
        return false;
    }
  }
};

std::string_view read_text(ByteReader& reader) { return as_text(reader.take(reader.be16())); }

uint32_t read_variable(ByteReader& reader) {
  uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const uint8_t byte = reader.u8();
    value |= (byte & 0x7fU) << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

// Moves past the value of a property (MQTT 5.0 section 2.2.2.2). False when the property is
// unknown.
bool skip_property(uint8_t id, ByteReader& reader) {
  switch (id) {
    case 0x01:
    case 0x17:
    case 0x19:
    case 0x24:
    case 0x25:
    case 0x28:
    case 0x29:
    case 0x2a:
      reader.skip(1);
      return true;
    case 0x13:
    case 0x21:
    case 0x22:
    case 0x23:
      reader.skip(2);
      return true;
    case 0x02:
    case 0x11:
    case 0x18:
    case 0x27:
      reader.skip(4);
      return true;
    case 0x0b:
      read_variable(reader);
      return true;
    case 0x08:
    case 0x09:
    case 0x12:
    case 0x15:
    case 0x16:
    case 0x1a:
    case 0x1c:
    case 0x1f:
      read_text(reader);
      return true;
    default:
      return false;
  }
}

// Reads one CONNECT or PUBLISH into Fields.
class PacketReader {
 public:
  PacketReader(std::string_view packet, size_t header_size, Message& message)
      : begin_(packet.data()), reader_(as_bytes(packet)), fields_(message.fields) {
    reader_.skip(header_size);
  }

  // Sets `version`. False when the packet ends too early.
  bool connect(uint8_t* version) {
    read_text(reader_);
    *version = reader_.u8();
    const uint8_t flags = reader_.u8();
    reader_.skip(2);
    if (*version == kVersion5) properties();
    add("mqtt.connect.client_id", read_text(reader_));
    if ((flags & kWill) != 0) {
      const std::string_view media_type = *version == kVersion5 ? properties() : std::string_view();
      add("mqtt.will.topic", read_text(reader_));
      add("mqtt.will.payload", read_text(reader_), media_type);
    }
    if ((flags & kUserName) != 0) add("mqtt.connect.username", read_text(reader_));
    return reader_.ok();
  }

  bool publish(uint8_t flags, uint8_t version, bool truncated) {
    add("mqtt.publish.topic", read_text(reader_));
    if ((flags & 6) != 0) reader_.skip(2);
    const std::string_view media_type = version == kVersion5 ? properties() : std::string_view();
    if (!reader_.ok()) return false;
    const FieldId payload = add("mqtt.publish.payload", as_text(reader_.rest()), media_type);
    if (truncated && payload != kNoField) fields_.set_truncated(payload);
    return true;
  }

 private:
  FieldId add(std::string_view name, std::string_view value, std::string_view media_type = {}) {
    if (value.empty()) return kNoField;
    return fields_.add_root(name, value, static_cast<uint32_t>(value.data() - begin_),
                            {media_type, {}});
  }

  // User properties become items; returns the content type.
  std::string_view properties() {
    std::string_view media_type;
    ByteReader list(reader_.take(read_variable(reader_)));
    FieldId root = kNoField;
    while (list.ok() && !list.done()) {
      const uint8_t id = list.u8();
      if (id == 0x03) {
        media_type = read_text(list);
      } else if (id == 0x26) {
        const std::string_view key = read_text(list);
        const std::string_view value = read_text(list);
        if (list.ok()) add_user_property(root, key, value);
      } else if (!skip_property(id, list)) {
        break;
      }
    }
    return media_type;
  }

  // There may be very many, so the root is looked for once.
  void add_user_property(FieldId& root, std::string_view key, std::string_view value) {
    const auto wire = static_cast<uint32_t>(key.data() - begin_);
    if (root == kNoField) {
      const FieldId first = fields_.add_item("mqtt.user_property", key, value, wire);
      if (first != kNoField) root = fields_[first].parent;
      return;
    }
    fields_.add_child(root, {.key = key,
                             .value = value,
                             .step = Step::item,
                             .raw_begin = wire - fields_[root].wire_begin,
                             .raw_size = static_cast<uint32_t>(key.size() + 2 + value.size())});
  }

  const char* begin_;
  ByteReader reader_;
  FieldTree& fields_;
};

class MqttParser final : public Parser {
 public:
  MqttParser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), stray_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    now_ = chunk;
    now_.bytes = {};
    now_.gap = 0;
    if (chunk.gap > 0) bridge(chunk.gap, sink);
    Bytes rest = chunk.bytes;
    if (lost_ && !rest.empty()) {
      if (!looks_like_packet(rest)) {
        stray_.feed(as_text(rest), now_, sink);
        return std::nullopt;
      }
      lost_ = false;
      stray_.finish(sink);
    }
    skip(rest, sink);
    buffer_.append(rest, chunk.frame);
    while (!lost_ && read_packet(sink)) {
    }
    return std::nullopt;
  }

  void finish(ParserSink& sink) override {
    give_partial(sink);
    stray_.finish(sink);
  }

 private:
  // Where framing was lost: a PUBLISH with a printable topic that fits, or a packet without
  // content.
  static bool looks_like_packet(Bytes bytes) {
    const FixedHeader header = FixedHeader::read(bytes);
    if (header.malformed || header.size == 0) return false;
    if (header.total == header.size) return header.type == kPingreq || header.type == kDisconnect;
    if (header.type != kPublish) return false;
    ByteReader reader(bytes.subspan(header.size));
    const size_t size = reader.be16();
    const std::string_view topic = as_text(reader.take(size));
    return reader.ok() && size > 0 && size + 2 <= header.total - header.size &&
           is_valid_utf8(topic) &&
           std::none_of(topic.begin(), topic.end(), [](char c) { return c >= 0 && c < ' '; });
  }

  // Takes the rest of a packet that was cut off, for the cap or by a gap.
  void skip(Bytes& rest, ParserSink& sink) {
    const Bytes part = rest.first(std::min<uint64_t>(rest.size(), skip_));
    if (part.empty()) return;
    rest = rest.subspan(part.size());
    skip_ -= part.size();
    if (skip_is_capped_) {
      sink.on_not_read(part.size(), NotInspected::body_cap);
    } else {
      stray_.feed(as_text(part), now_, sink);
      if (skip_ == 0) stray_.finish(sink);
    }
  }

  bool read_packet(ParserSink& sink) {
    const FixedHeader header = FixedHeader::read(buffer_.bytes());
    if (header.malformed && !buffer_.empty()) {
      sink.on_weird(Weird::mqtt_packet_malformed);
      stray_.feed(buffer_.text(), now_, sink);
      buffer_.clear();
      lost_ = true;
      return false;
    }
    if (header.size == 0) return false;
    if (header.total > limits_.max_body && buffer_.size() >= limits_.max_body) {
      sink.on_weird(Weird::mqtt_packet_beyond_cap);
      const size_t beyond = buffer_.size() - limits_.max_body;
      const size_t kept = header.total - limits_.max_body;
      tell(header, limits_.max_body, true, sink);
      const size_t dropped = std::min(beyond, kept);
      if (dropped > 0) sink.on_not_read(dropped, NotInspected::body_cap);
      buffer_.consume(dropped);
      skip_ = kept - dropped;
      skip_is_capped_ = true;
      return !buffer_.empty();
    }
    if (buffer_.size() < header.total) return false;
    tell(header, header.total, false, sink);
    return !buffer_.empty();
  }

  // Tells the packet in the first `size` bytes of the buffer and drops them.
  void tell(const FixedHeader& header, size_t size, bool truncated, ParserSink& sink) {
    if (header.type != kConnect && header.type != kPublish) return buffer_.consume(size);
    Message message;
    message.protocol = "mqtt";
    message.ts = now_.ts;
    message.truncated = truncated;
    buffer_.mark(message.frames, 0, size, 0);
    const std::string_view packet = message.fields.arena().adopt(buffer_.take(size));
    PacketReader reader(packet, header.size, message);
    const bool good = header.type == kConnect ? reader.connect(&version_)
                                              : reader.publish(header.flags, version_, truncated);
    if (!good && !truncated) sink.on_weird(Weird::mqtt_packet_malformed);
    if (!good) stray_.feed(packet, now_, sink);
    if (message.fields.size() > 0) sink.on_message(std::move(message));
  }

  // Gives out an incomplete packet. Returns how much of it is missing; 0 when that is not known.
  uint64_t give_partial(ParserSink& sink) {
    const FixedHeader header = FixedHeader::read(buffer_.bytes());
    const uint64_t missing = header.size == 0 ? 0 : header.total - buffer_.size();
    if (header.size != 0) {
      tell(header, buffer_.size(), true, sink);
    } else {
      stray_.feed(buffer_.text(), now_, sink);
      buffer_.clear();
    }
    return missing;
  }

  void bridge(uint64_t gap, ParserSink& sink) {
    stray_.note_gap(gap, now_, sink);
    if (!buffer_.empty()) {
      skip_ = give_partial(sink);
      skip_is_capped_ = false;
    }
    if (gap <= skip_ && !lost_) {
      skip_ -= gap;
      return;
    }
    skip_ = 0;
    if (!lost_) sink.on_weird(Weird::mqtt_framing_lost_in_gap);
    lost_ = true;
  }

  const Limits& limits_;
  RawScan stray_;  // reads what belongs to no packet
  StreamBuffer buffer_;
  uint64_t skip_ = 0;
  bool skip_is_capped_ = false;
  bool lost_ = false;
  uint8_t version_ = 4;
  Chunk now_;
};

// A CONNECT with one of the protocol names (MQTT 3.1: "MQIsdp").
Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const FixedHeader header = FixedHeader::read(input.head);
  if (input.head.empty()) return Probe::more;
  if (header.type != kConnect || header.malformed) return Probe::no;
  if (header.size == 0) return Probe::more;
  const std::string_view name = as_text(input.head.subspan(header.size));
  for (const std::string_view known :
       {std::string_view("\0\4MQTT", 6), std::string_view("\0\6MQIsdp", 8)}) {
    const size_t size = std::min(name.size(), known.size());
    if (name.substr(0, size) != known.substr(0, size)) continue;
    return size == known.size() ? Probe::yes : Probe::more;
  }
  return Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<MqttParser>(limits, flow);
}

}  // namespace

extern const ParserInfo mqtt_info{"mqtt", false, probe, create};

}  // namespace telltale
