// DNS (RFC 1035), over UDP and TCP, multicast DNS (RFC 6762) and LLMNR (RFC 4795).
//
// Of what a device sends, the questions become Messages. Of what it is answered, the addresses of
// the name it asked for are told as NameRecords, so that later flows to them have a name. What a
// multicast answer says of its sender: mdns.cpp.
#include <algorithm>
#include <array>

#include "sensor/proto/dns_wire.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/stream_buffer.h"

namespace telltale {
namespace {

constexpr size_t kMaxRecords = 512;  // looked at in one message
constexpr size_t kMaxQuestions = 16;
constexpr size_t kMaxAliases = 16;  // of a CNAME chain
constexpr uint16_t kDns = 53;
constexpr uint16_t kMdns = 5353;
constexpr uint16_t kLlmnr = 5355;

struct TypeName {
  uint16_t type;
  std::string_view name;
};
// IANA "Resource Record (RR) TYPEs", those that are asked for in practice.
constexpr std::array kTypeNames = {
    TypeName{1, "A"},      TypeName{2, "NS"},    TypeName{5, "CNAME"},      TypeName{6, "SOA"},
    TypeName{10, "NULL"},  TypeName{12, "PTR"},  TypeName{13, "HINFO"},     TypeName{15, "MX"},
    TypeName{16, "TXT"},   TypeName{25, "KEY"},  TypeName{28, "AAAA"},      TypeName{33, "SRV"},
    TypeName{35, "NAPTR"}, TypeName{43, "DS"},   TypeName{46, "RRSIG"},     TypeName{48, "DNSKEY"},
    TypeName{52, "TLSA"},  TypeName{64, "SVCB"}, TypeName{65, "HTTPS"},     TypeName{99, "SPF"},
    TypeName{255, "ANY"},  TypeName{257, "CAA"}, TypeName{65399, "PRIVATE"}};

std::string_view type_name(uint16_t type) {
  for (const TypeName& known : kTypeNames) {
    if (known.type == type) return known.name;
  }
  return {};
}

// Could this be a DNS message? `strict` where no well-known port speaks for it: then it must be one
// plain question without rest.
bool is_plausible(Bytes message, bool strict) {
  ByteReader reader(message);
  const DnsHeader header = read_dns_header(reader);
  if (!reader.ok()) return false;
  const unsigned opcode = header.opcode();
  if (opcode == 3 || opcode > 6 || (header.flags & 0x40) != 0) return false;
  const unsigned records =
      header.questions + header.answers + header.authorities + header.additionals;
  if (records == 0 || header.questions > kMaxQuestions) return false;
  if (reader.remaining() < header.questions * 5U) return false;
  if (!strict && header.questions == 0) return header.is_response() || opcode != 0;
  std::string name;
  if (header.questions == 0 || !read_dns_name(message, reader, name)) return false;
  const uint16_t type = reader.be16();
  const uint16_t dns_class =
      reader.be16() & 0x7fff;  // mDNS asks for unicast answers in the top bit
  if (!reader.ok() || (dns_class != 1 && dns_class != 3 && dns_class != 4 && dns_class < 254))
    return false;
  if (!strict) return true;
  if (header.questions != 1 || opcode != 0 || type_name(type).empty() || name.empty()) return false;
  if (header.is_response()) return records > 1 || header.rcode() != 0;
  return header.answers == 0 && header.authorities == 0 &&
         (header.additionals == 0 ? reader.done() : header.additionals <= 2);
}

// Where a message came from.
struct Source {
  Direction direction = Direction::to_server;
  Timestamp ts;
  FrameMap frames;
};

class MessageReader {
 public:
  MessageReader(Bytes message, const Source& source, ParserSink& sink)
      : message_(message), source_(source), sink_(sink), reader_(message) {}

  // False when it is no DNS message at all.
  bool read() {
    header_ = read_dns_header(reader_);
    if (!reader_.ok()) return false;
    const bool from_device = source_.direction == Direction::to_server;
    if (header_.is_response() == from_device) return true;
    if (!read_questions()) return false;
    if (header_.is_response()) read_answers();
    return true;
  }

 private:
  bool read_questions() {
    Message out;
    const size_t count = std::min<size_t>(header_.questions, kMaxQuestions);
    if (header_.questions > count) sink_.on_weird(Weird::dns_records_beyond_cap);
    for (size_t i = 0; i < count; ++i) {
      const auto at = static_cast<uint32_t>(reader_.position());
      std::string name;
      if (!read_dns_name(message_, reader_, name)) {
        sink_.on_weird(Weird::dns_name_malformed);
        return false;
      }
      const uint16_t type = reader_.be16();
      reader_.skip(2);
      if (!reader_.ok()) return false;
      if (header_.is_response()) {
        question_ = std::move(name);
      } else {
        add_question(out.fields, std::move(name), type, at);
      }
    }
    if (out.fields.size() == 0) return true;
    out.protocol = "dns";
    out.ts = source_.ts;
    out.frames = source_.frames;
    sink_.on_message(std::move(out));
    return true;
  }

  static void add_question(FieldTree& fields, std::string&& name, uint16_t type, uint32_t at) {
    const std::string_view known = type_name(type);
    fields.add_root("dns.question.name", fields.arena().adopt(std::move(name)), at);
    fields.add_root("dns.question.type",
                    known.empty() ? fields.arena().adopt("TYPE" + std::to_string(type)) : known,
                    at);
  }

  void read_answers() {
    if (header_.rcode() != 0) return;
    std::vector<DnsRecord> records;
    const size_t count = std::min<size_t>(header_.answers, kMaxRecords);
    if (header_.answers > count) sink_.on_weird(Weird::dns_records_beyond_cap);
    for (size_t i = 0; i < count; ++i) {
      DnsRecord record;
      if (!read_dns_record(message_, reader_, record)) {
        sink_.on_weird(Weird::dns_message_malformed);
        break;
      }
      records.push_back(std::move(record));
    }
    tell_names(records);
  }

  // Tells the addresses of every owner that the question leads to through aliases.
  void tell_names(const std::vector<DnsRecord>& records) {
    if (question_.empty()) return;
    std::vector<std::string> owners{question_};
    for (size_t i = 0; i < owners.size() && owners.size() < kMaxAliases; ++i) {
      for (const DnsRecord& record : records) {
        if (record.type != kDnsCname || record.owner != owners[i]) continue;
        std::string alias;
        ByteReader data(message_);
        data.skip(record.data_at);
        if (!read_dns_name(message_, data, alias)) continue;
        if (std::find(owners.begin(), owners.end(), alias) == owners.end()) owners.push_back(alias);
        break;
      }
    }
    for (const DnsRecord& record : records) {
      if (std::find(owners.begin(), owners.end(), record.owner) == owners.end()) continue;
      if (const auto address = record.address()) tell(*address, record.ttl);
      if (record.type == kDnsSvcb || record.type == kDnsHttps) tell_hints(record);
    }
  }

  // Addresses in a service record (RFC 9460 section 7.3): keys 4 and 6.
  void tell_hints(const DnsRecord& record) {
    ByteReader reader(message_.first(record.data_at + record.data.size()));
    reader.skip(record.data_at + 2);
    std::string target;
    if (!read_dns_name(message_, reader, target)) return;
    while (reader.ok() && !reader.done()) {
      const uint16_t key = reader.be16();
      ByteReader value(reader.take(reader.be16()));
      while (key == 4 && value.remaining() >= 4)
        tell(IpAddress::v4(value.take(4).data()), record.ttl);
      while (key == 6 && value.remaining() >= 16)
        tell(IpAddress::v6(value.take(16).data()), record.ttl);
    }
  }

  void tell(const IpAddress& address, uint32_t ttl) {
    sink_.on_name({.name = question_, .address = address, .ttl = ttl, .ts = source_.ts});
  }

  Bytes message_;
  const Source& source_;
  ParserSink& sink_;
  ByteReader reader_;
  DnsHeader header_;
  std::string question_;
};

// A message that is none: what the device sent is scanned as raw text.
void read_or_scan(Bytes message, const Source& source, ParserSink& sink) {
  if (message.empty() || MessageReader(message, source, sink).read()) return;
  sink.on_weird(Weird::dns_message_malformed);
  if (source.direction != Direction::to_server) return;
  Message raw;
  raw.protocol = "raw";
  raw.ts = source.ts;
  raw.frames = source.frames;
  const FieldId id =
      raw.fields.add_root("raw.payload", raw.fields.arena().keep(as_text(message)), 0);
  raw.fields.set_kind(id, FieldKind::binary);
  sink.on_message(std::move(raw));
}

class DnsDatagrams final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    Source source{chunk.direction, chunk.ts, {}};
    source.frames.mark(0, chunk.frame);
    read_or_scan(chunk.bytes, source, sink);
    return std::nullopt;
  }
  void finish(ParserSink&) override {}
};

// Could a message with its length before it start here, as far as the first bytes tell?
bool may_start(Bytes bytes) {
  if (bytes.size() < 2 + DnsHeader::kSize || load_be16(bytes.data()) < DnsHeader::kSize + 5)
    return false;
  ByteReader reader(bytes.subspan(2));
  const DnsHeader header = read_dns_header(reader);
  return header.opcode() <= 6 && header.opcode() != 3 && (header.flags & 0x40) == 0 &&
         header.questions == 1 && header.answers + header.authorities + header.additionals < 256;
}

// Over TCP each message has its length before it (RFC 1035 section 4.2.2), which tells where to go
// on after a gap inside it; where a length is lost, the next message is looked for at the start of
// segments.
class DnsStream final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    const Direction direction = chunk.direction;
    Side& side = sides_[static_cast<size_t>(direction)];
    if (chunk.gap > 0) on_gap(chunk.gap, direction, sink);
    last_ts_ = chunk.ts;
    Bytes bytes = chunk.bytes;
    const size_t rest = std::min(bytes.size(), side.rest);
    side.rest -= rest;
    scan(bytes.first(rest), chunk, sink);
    bytes = bytes.subspan(rest);
    side.lost = side.lost && !may_start(bytes);
    if (side.lost) return scan(bytes, chunk, sink), std::nullopt;
    side.buffer.append(bytes, chunk.frame);
    read_messages(side.buffer, direction, sink);
    return std::nullopt;
  }

  void finish(ParserSink& sink) override {
    give_rest(Direction::to_server, sink);
    give_rest(Direction::to_client, sink);
  }

 private:
  struct Side {
    StreamBuffer buffer;  // at most a message of 64 KiB
    size_t rest = 0;      // bytes still to come of a message that lost some
    bool lost = false;    // where the next message starts is not known
  };
  void on_gap(uint64_t gap, Direction direction, ParserSink& sink) {
    Side& side = sides_[static_cast<size_t>(direction)];
    size_t rest = side.rest;
    if (side.buffer.size() >= 2) {
      rest = 2U + load_be16(side.buffer.bytes().data()) - side.buffer.size();
    }
    give_rest(direction, sink);
    side.lost = side.lost || gap > rest;
    side.rest = side.lost ? 0 : rest - static_cast<size_t>(gap);
    if (side.lost) sink.on_weird(Weird::dns_framing_lost_in_gap);
  }

  void read_messages(StreamBuffer& buffer, Direction direction, ParserSink& sink) {
    while (buffer.size() >= 2) {
      const size_t size = load_be16(buffer.bytes().data());
      if (buffer.size() < 2 + size) return;
      read_or_scan(buffer.bytes().subspan(2, size), source_of(buffer, 2, 2 + size, direction),
                   sink);
      buffer.consume(2 + size);
    }
  }

  // Bytes of a message that is not whole.
  static void scan(Bytes bytes, const Chunk& chunk, ParserSink& sink) {
    Source source{chunk.direction, chunk.ts, {}};
    source.frames.mark(0, chunk.frame);
    read_or_scan(bytes, source, sink);
  }
  void give_rest(Direction direction, ParserSink& sink) {
    StreamBuffer& buffer = sides_[static_cast<size_t>(direction)].buffer;
    if (buffer.size() > 2) {
      read_or_scan(buffer.bytes().subspan(2), source_of(buffer, 2, buffer.size(), direction), sink);
    }
    buffer.clear();
  }
  Source source_of(const StreamBuffer& buffer, size_t from, size_t to, Direction direction) const {
    Source source{direction, last_ts_, {}};
    buffer.mark(source.frames, from, to, 0);
    return source;
  }

  std::array<Side, 2> sides_;  // by Direction
  Timestamp last_ts_;
};

Probe probe(const ProbeInput& input) {
  if (input.ip_proto == kUdp) {
    const bool known_port =
        input.server_port == kDns || input.server_port == kMdns || input.server_port == kLlmnr;
    return is_plausible(input.head, !known_port) ? Probe::yes : Probe::no;
  }
  if (input.ip_proto != kTcp || input.server_port != kDns) return Probe::no;
  if (input.head.size() < 2 + DnsHeader::kSize) return Probe::more;
  const size_t size = load_be16(input.head.data());
  if (size < DnsHeader::kSize + 5) return Probe::no;
  if (input.head.size() < 2 + std::min<size_t>(size, 512)) return Probe::more;
  return is_plausible(input.head.subspan(2), false) ? Probe::yes : Probe::no;
}

std::unique_ptr<Parser> create(const Limits&, const ProbeInput& flow) {
  if (flow.ip_proto == kTcp) return std::make_unique<DnsStream>();
  return std::make_unique<DnsDatagrams>();
}

}  // namespace

extern const ParserInfo dns_info{"dns", true, probe, create};

}  // namespace telltale
