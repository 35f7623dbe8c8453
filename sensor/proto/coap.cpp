// CoAP requests over UDP (RFC 7252), with block-wise bodies put together (RFC 7959).
//
// A body in blocks is one message: its blocks must follow each other; where one is missing, what
// came before is told truncated and the rest begins a new one.
#include <algorithm>
#include <array>
#include <string>

#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr uint16_t kCoap = 5683;
enum Option : uint32_t {
  kUriHost = 3,
  kUriPath = 11,
  kContentFormat = 12,
  kUriQuery = 15,
  kBlock1 = 27
};

struct Format {
  uint32_t number;
  std::string_view media_type;
};
// IANA "CoAP Content-Formats", those that carry data of devices.
constexpr std::array kFormats = {Format{0, "text/plain; charset=utf-8"},
                                 Format{40, "application/link-format"},
                                 Format{41, "application/xml"},
                                 Format{42, "application/octet-stream"},
                                 Format{50, "application/json"},
                                 Format{60, "application/cbor"},
                                 Format{110, "application/senml+json"},
                                 Format{112, "application/senml+cbor"},
                                 Format{11542, "application/vnd.oma.lwm2m+tlv"},
                                 Format{11543, "application/vnd.oma.lwm2m+json"}};

std::string_view media_type_of(uint32_t number) {
  for (const Format& format : kFormats) {
    if (format.number == number) return format.media_type;
  }
  return {};
}

struct Request {
  uint8_t type = 0;
  uint16_t id = 0;
  std::string host;
  std::string path;
  std::string query;
  std::string_view media_type;
  bool has_block = false;
  uint32_t block = 0;
  bool more_blocks = false;
  Bytes payload;
  size_t payload_at = 0;
};

uint32_t number_in(Bytes bytes) {
  uint32_t value = 0;
  for (const uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

void append_part(std::string& list, char separator, Bytes part) {
  if (!list.empty() || separator == '/') list += separator;
  list += as_text(part);
}

// Extended option deltas and lengths (RFC 7252 section 3.1).
uint32_t extended(uint32_t nibble, ByteReader& reader) {
  if (nibble == 13) return 13U + reader.u8();
  if (nibble == 14) return 269U + reader.be16();
  return nibble;
}

void take_option(uint32_t number, Bytes value, Request& request) {
  switch (number) {
    case kUriHost:
      request.host = std::string(as_text(value));
      break;
    case kUriPath:
      append_part(request.path, '/', value);
      break;
    case kUriQuery:
      append_part(request.query, '&', value);
      break;
    case kContentFormat:
      if (value.size() <= 2) request.media_type = media_type_of(number_in(value));
      break;
    case kBlock1:
      if (value.size() > 3) break;
      request.has_block = true;
      request.block = number_in(value) >> 4;
      request.more_blocks = (number_in(value) & 8) != 0;
      break;
    default:
      break;
  }
}

// False when the bytes are no CoAP message. `is_request` tells whether it is one with a method.
bool read(Bytes datagram, Request& request, bool* is_request) {
  ByteReader reader(datagram);
  const uint8_t first = reader.u8();
  const uint8_t code = reader.u8();
  request.id = reader.be16();
  request.type = first >> 4 & 3;
  const size_t token = first & 15;
  reader.skip(token);
  if (!reader.ok() || first >> 6 != 1 || token > 8) return false;
  *is_request = code >= 1 && code <= 7;
  if (code == 0) return datagram.size() == 4;
  uint32_t number = 0;
  while (!reader.done()) {
    const uint8_t byte = reader.u8();
    if (byte == 0xff) {
      request.payload_at = reader.position();
      request.payload = reader.rest();
      return !request.payload.empty();
    }
    if (byte >> 4 == 15 || (byte & 15) == 15) return false;
    number += extended(byte >> 4, reader);
    const uint32_t size = extended(byte & 15U, reader);
    const Bytes value = reader.take(size);
    if (!reader.ok()) return false;
    take_option(number, value, request);
  }
  return reader.ok();
}

class CoapParser final : public Parser {
 public:
  CoapParser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), stray_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server || chunk.bytes.empty()) return std::nullopt;
    Request request;
    bool is_request = false;
    if (!read(chunk.bytes, request, &is_request)) {
      sink.on_weird(Weird::coap_message_malformed);
      stray_.feed(as_text(chunk.bytes), chunk, sink);
      return std::nullopt;
    }
    if (!is_request || (last_id_ && *last_id_ == request.id))
      return std::nullopt;  // RFC 7252 section 4.5
    last_id_ = request.id;
    if (!request.has_block) {
      start(request, chunk);
      add(request, chunk, sink);
      emit(false, sink);
      return std::nullopt;
    }
    const bool goes_on = open_ && request.block == next_block_ && request.path == request_.path;
    if (!goes_on) {
      emit(true, sink);
      start(request, chunk);
    }
    add(request, chunk, sink);
    next_block_ = request.block + 1;
    open_ = request.more_blocks;
    if (!open_) emit(false, sink);
    return std::nullopt;
  }

  void finish(ParserSink& sink) override { emit(true, sink); }

 private:
  void start(const Request& request, const Chunk& chunk) {
    request_ = request;
    started_ = true;
    frames_ = {};
    frames_.mark(0, chunk.frame);
    // The head counts as content before the payload.
    head_size_ = static_cast<uint32_t>(request.path.size() + request.query.size());
  }

  void add(const Request& request, const Chunk& chunk, ParserSink& sink) {
    ts_ = chunk.ts;
    const size_t kept = std::min(request.payload.size(), limits_.max_body - payload_.size());
    frames_.mark(head_size_ + static_cast<uint32_t>(payload_.size()), chunk.frame);
    payload_.append(as_text(request.payload.first(kept)));
    if (kept == request.payload.size()) return;
    if (!capped_) sink.on_weird(Weird::coap_body_beyond_cap);
    capped_ = true;
    sink.on_not_read(request.payload.size() - kept, NotInspected::body_cap);
  }

  void emit(bool truncated, ParserSink& sink) {
    if (!started_) return;
    truncated |= capped_;
    Message message;
    message.protocol = "coap";
    message.ts = ts_;
    message.host = request_.host;
    message.truncated = truncated;
    message.frames = std::move(frames_);
    FieldTree& fields = message.fields;
    const auto path_size = static_cast<uint32_t>(request_.path.size());
    if (!request_.path.empty()) {
      fields.add_root("coap.path", fields.arena().adopt(std::move(request_.path)), 0);
    }
    if (!request_.query.empty()) {
      fields.add_root("coap.query", fields.arena().adopt(std::move(request_.query)), path_size);
    }
    if (!payload_.empty()) {
      const FieldId id = fields.add_root("coap.payload", fields.arena().adopt(std::move(payload_)),
                                         head_size_, {request_.media_type, {}});
      if (truncated) fields.set_truncated(id);
    }
    payload_.clear();
    started_ = open_ = capped_ = false;
    if (message.fields.size() > 0) sink.on_message(std::move(message));
  }

  const Limits& limits_;
  RawScan stray_;
  Request request_;  // its payload is not used: it does not live on
  std::string payload_;
  FrameMap frames_;
  uint32_t head_size_ = 0;
  uint32_t next_block_ = 0;
  bool started_ = false;
  bool open_ = false;  // more blocks are to come
  bool capped_ = false;
  std::optional<uint16_t> last_id_;
  Timestamp ts_;
};

Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kUdp || input.server_port != kCoap) return Probe::no;
  Request request;
  bool is_request = false;
  return read(input.head, request, &is_request) ? Probe::yes : Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<CoapParser>(limits, flow);
}

}  // namespace

extern const ParserInfo coap_info{"coap", false, probe, create};

}  // namespace telltale
