// TFTP uploads (RFC 1350, options RFC 2347, RFC 2348). A write request goes to port 69; the server
// answers from a port of its own, so the blocks are in another flow, which the server's first
// acknowledgement opens: it is announced as an expectation, and recognised by that acknowledgement
// too.
#include <algorithm>
#include <array>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr uint16_t kTftp = 69;
constexpr size_t kDefaultBlock = 512;
enum Opcode : uint16_t { kRead = 1, kWrite = 2, kData = 3, kAck = 4, kError = 5, kOptions = 6 };

// Text up to a NUL, which is dropped; ok() of the reader is false when there is none.
std::string_view take_text(ByteReader& reader) {
  const std::string_view rest = as_text(reader.peek());
  const size_t size = rest.find('\0');
  if (size == std::string_view::npos) {
    reader.skip(rest.size() + 1);
    return {};
  }
  reader.skip(size + 1);
  return rest.substr(0, size);
}

bool is_printable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) >= ' ' && c != 0x7f;
  });
}

class TftpParser final : public Parser {
 public:
  TftpParser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), flow_(flow), stray_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    ByteReader reader(chunk.bytes);
    switch (reader.be16()) {
      case kWrite:
        on_write(reader, chunk, sink);
        break;
      case kData:
        on_data(reader, chunk, sink);
        break;
      case kOptions:
        read_options(reader);
        break;
      case kRead:
      case kAck:
      case kError:
        break;
      default:
        if (chunk.direction != Direction::to_server) break;
        sink.on_weird(Weird::tftp_packet_malformed);
        stray_.feed(as_text(chunk.bytes), chunk, sink);
        break;
    }
    return std::nullopt;
  }

  void finish(ParserSink& sink) override { emit(true, sink); }

 private:
  void on_write(ByteReader& reader, const Chunk& chunk, ParserSink& sink) {
    const std::string_view name = take_text(reader);
    take_text(reader);
    if (!reader.ok() || chunk.direction != Direction::to_server) return;
    Message message;
    message.protocol = "tftp";
    message.ts = chunk.ts;
    message.frames.mark(0, chunk.frame);
    message.fields.add_root("tftp.write.filename", message.fields.arena().keep(name), 0);
    sink.on_message(std::move(message));
    sink.on_expectation({.port = flow_.client_port,
                         .server_connects = true,
                         .parser = find_parser("tftp"),
                         .name = name,
                         .ts = chunk.ts});
  }

  void read_options(ByteReader& reader) {
    while (!reader.done()) {
      const std::string_view option = take_text(reader);
      const std::string_view value = take_text(reader);
      if (!reader.ok()) return;
      size_t size = 0;
      for (const char c : value.substr(0, 5)) {
        size = is_digit(c) ? size * 10 + static_cast<size_t>(c - '0') : 0;
      }
      if (iequals(option, "blksize") && size >= 8) block_size_ = size;
    }
  }

  void on_data(ByteReader& reader, const Chunk& chunk, ParserSink& sink) {
    const uint16_t block = reader.be16();
    if (!reader.ok() || block == static_cast<uint16_t>(next_block_ - 1)) return;  // sent again
    if (block != next_block_) {
      sink.on_weird(Weird::tftp_block_missing);
      emit(true, sink);
    }
    next_block_ = static_cast<uint16_t>(block + 1);
    direction_ = chunk.direction;
    ts_ = chunk.ts;
    const Bytes data = reader.rest();
    const size_t kept = std::min(data.size(), limits_.max_body - file_.size());
    frames_.mark(static_cast<uint32_t>(file_.size()), chunk.frame);
    file_.append(as_text(data.first(kept)));
    if (kept < data.size()) {
      if (!capped_) sink.on_weird(Weird::tftp_file_beyond_cap);
      capped_ = true;
      sink.on_not_read(data.size() - kept, NotInspected::body_cap);
    }
    if (data.size() < block_size_) {
      emit(false, sink);
      next_block_ = 1;
    }
  }

  void emit(bool truncated, ParserSink& sink) {
    truncated |= capped_;
    if (!file_.empty()) {
      Message message;
      message.protocol = "tftp";
      message.direction = direction_;
      message.ts = ts_;
      message.truncated = truncated;
      message.frames = std::move(frames_);
      FieldTree& fields = message.fields;
      const FieldId id = fields.add_root("tftp.data", fields.arena().adopt(std::move(file_)), 0);
      if (truncated) fields.set_truncated(id);
      sink.on_message(std::move(message));
    }
    file_.clear();
    frames_ = {};
    capped_ = false;
  }

  const Limits& limits_;
  ProbeInput flow_;
  RawScan stray_;
  std::string file_;
  FrameMap frames_;
  Timestamp ts_;
  Direction direction_ = Direction::to_server;
  uint16_t next_block_ = 1;
  size_t block_size_ = kDefaultBlock;
  bool capped_ = false;
};

Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kUdp) return Probe::no;
  ByteReader reader(input.head);
  const uint16_t opcode = reader.be16();
  if (opcode == kAck) return input.head.size() == 4 && reader.be16() == 0 ? Probe::yes : Probe::no;
  const std::string_view name = take_text(reader);
  const std::string_view mode = take_text(reader);
  if (!reader.ok() || !is_printable(name)) return Probe::no;
  if (opcode == kOptions) {
    for (const std::string_view known : {"blksize", "tsize", "timeout", "windowsize"}) {
      if (iequals(name, known)) return Probe::yes;
    }
  }
  if (opcode != kWrite && opcode != kRead) return Probe::no;
  return input.server_port == kTftp || iequals(mode, "octet") || iequals(mode, "netascii")
             ? Probe::yes
             : Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<TftpParser>(limits, flow);
}

}  // namespace

// The blocks may come from either end of the flow they are in.
extern const ParserInfo tftp_info{"tftp", true, probe, create};

}  // namespace telltale
