// The contract of a protocol parser, and how a stream finds the one that fits.
//
// A parser takes the bytes of one flow in any cut and says what the device sent as Messages.
// Malformed traffic is data: a Weird is counted and the parser resynchronises, or it hands the
// stream over to another parser, in the end to `raw`, so that a broken header never hides a leak.
// It never throws.
//
// To add one: a file that defines a ParserInfo, its test, and a line PARSER(name) in parsers.inc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/model/chunk.h"
#include "sensor/model/message.h"

namespace telltale {

struct ParserInfo;

// A DNS answer: `name` was asked for and is at `address`, CNAMEs followed. Views live during the
// call.
struct NameRecord {
  std::string_view name;  // lower case, no final dot
  IpAddress address;
  uint32_t ttl = 0;  // seconds
  Timestamp ts;
};

// A connection that was agreed on in this flow and carries content of the device (FTP's data).
struct Expectation {
  IpAddress address;  // of the end that will listen; unspecified: that end of this flow
  uint16_t port = 0;
  bool server_connects = false;  // active mode: the server opens it, the device listens and sends
  const ParserInfo* parser = nullptr;
  std::string_view name;  // of the file; a view during the call
  Timestamp ts;
};

// What a parser tells. Every byte fed counts as read unless it is told here as skipped or opaque.
class ParserSink {
 public:
  virtual ~ParserSink() = default;
  virtual void on_message(Message&& message) = 0;
  virtual void on_not_read(uint64_t bytes, NotInspected why) = 0;
  virtual void on_weird(Weird weird) = 0;
  virtual void on_name(const NameRecord& record) = 0;
  virtual void on_expectation(const Expectation& expectation) = 0;
};

// The rest of the stream is another protocol: `before` (bytes of earlier chunks, mostly none) and
// the bytes of the chunk from `consumed` on go to `next`, or to whoever recognises them when next
// is null.
struct Handover {
  const ParserInfo* next = nullptr;
  size_t consumed = 0;
  std::string before;
};

class Parser {
 public:
  virtual ~Parser() = default;
  // Chunks of the other direction than the parser needs are ignored.
  virtual std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) = 0;
  // The stream ended (FIN, RST, timeout, end of file alike): give out what is held, marked
  // truncated.
  virtual void finish(ParserSink& sink) = 0;
};

enum class Probe : uint8_t { no, more, yes };  // more: could be, with more bytes

struct ProbeInput {
  Bytes head;  // the first bytes the client sent; for UDP the first datagram
  uint8_t ip_proto = 0;
  uint16_t client_port = 0;
  uint16_t server_port = 0;
};

struct ParserInfo {
  std::string_view name;  // app_proto in events
  bool needs_server_side = false;
  Probe (*probe)(const ProbeInput& input) = nullptr;  // null: only by handover or expectation
  // `flow` tells the transport and the ports; its head may be empty.
  std::unique_ptr<Parser> (*create)(const Limits& limits, const ProbeInput& flow) = nullptr;
};

// All parsers but raw, in the order in which they are asked.
std::span<const ParserInfo* const> parsers();
// The parser of that name; null when there is none.
const ParserInfo* find_parser(std::string_view name);
// What reads a stream nobody recognises.
const ParserInfo& raw_parser();

}  // namespace telltale
