#include "sensor/pipeline/stream_inspector.h"

#include <algorithm>
#include <utility>

namespace telltale {
namespace {

constexpr size_t kMaxHead = 1024;        // a protocol that cannot be told by then is nobody's
constexpr uint32_t kMaxHandovers = 64;   // a stream that switches more often is playing with us

// A TLS record header (RFC 8446 section 5.1), of a handshake at the start of a stream or of any record of a
// stream that was captured from its middle.
Probe probe_tls(Bytes head) {
  if (head.empty()) return Probe::more;
  if (head[0] < 20 || head[0] > 23) return Probe::no;
  if (head.size() > 1 && head[1] != 3) return Probe::no;
  if (head.size() > 2 && head[2] > 4) return Probe::no;
  if (head.size() < 5) return Probe::more;
  const uint16_t length = load_be16(&head[3]);
  return length >= 1 && length <= 16384 + 2048 ? Probe::yes : Probe::no;
}

// A QUIC long header (RFC 8999 section 5.1) with a version that exists: 1, 2, drafts, Google's.
bool is_quic(Bytes datagram) {
  if (datagram.size() < 7 || (datagram[0] & 0x80) == 0) return false;
  const uint32_t version = load_be32(&datagram[1]);
  const uint32_t family = version & 0xffffff00;
  return (version == 1 || version == 0x6b3343cf || family == 0xff000000 || family == 0xfaceb000 ||
          family == 0x51303400 || family == 0x51303500) &&
         datagram[5] <= 20;
}

// Passes everything on and remembers whether a message was among it: the parser then holds nothing old.
class MessageWatch final : public ParserSink {
 public:
  explicit MessageWatch(ParserSink& next) : next_(next) {}
  bool saw_message() const { return saw_message_; }

  void on_message(Message&& message) override {
    saw_message_ = true;
    next_.on_message(std::move(message));
  }
  void on_not_read(uint64_t bytes, NotInspected why) override { next_.on_not_read(bytes, why); }
  void on_weird(Weird weird) override { next_.on_weird(weird); }
  void on_name(const NameRecord& record) override { next_.on_name(record); }
  void on_expectation(const Expectation& expected) override { next_.on_expectation(expected); }

 private:
  ParserSink& next_;
  bool saw_message_ = false;
};

}  // namespace

// TLS around another stream: plaintext goes to an inspector of its own.
class StreamInspector::TlsLayer final : public PlaintextSink {
 public:
  TlsLayer(const InspectionContext& context, const ProbeInput& flow)
      : budget_(context.held),
        stream_(context.keys, context.limits, context.weird),
        inner_(context, flow, true),
        may_decrypt_(context.keys != nullptr &&
                     (context.keys->size() > 0 || context.keys->growing())) {}

  void feed(const Chunk& chunk, InspectionSink& sink) {
    sink_ = &sink;
    stream_.want_server_plaintext(inner_.needs_server_side());
    if (chunk.direction == Direction::to_client) server_bytes_ += chunk.bytes.size();
    stream_.feed(chunk, *this);
    if (note_held()) {
      stream_.stop_waiting(*this);
      note_held();
    }
  }
  ~TlsLayer() override { budget_.held -= held_; }
  // Without any secrets the server's side is only read as far as its part of the handshake goes.
  bool needs_server_side() const {
    return may_decrypt_ || server_bytes_ < kServerHandshake;
  }
  void finish(InspectionSink& sink) {
    sink_ = &sink;
    stream_.finish(*this);
    note_held();
    inner_.finish(sink);
  }
  const TlsFacts& facts() const { return stream_.facts(); }
  const StreamInspector& inner() const { return inner_; }

  void on_plaintext(const Chunk& plain) override {
    if (plain.direction == Direction::to_server) sink_->on_decrypted(plain.bytes.size());
    inner_.feed(plain, *sink_);
  }
  void on_opaque(Direction direction, uint64_t bytes, NotInspected why) override {
    if (direction == Direction::to_server) sink_->on_not_read(bytes, why);
  }
  void on_overhead(Direction, uint64_t) override {}  // read as it is: falls to clear

 private:
  static constexpr uint64_t kServerHandshake = 16 * 1024;

  // Notes what waits for secrets; true when that is something and the shard holds too much.
  bool note_held() {
    budget_.held += stream_.held();
    budget_.held -= std::exchange(held_, stream_.held());
    budget_.peak = std::max(budget_.peak, budget_.held);
    return held_ > 0 && budget_.held > budget_.limit;
  }

  HeldBudget& budget_;
  size_t held_ = 0;
  TlsStream stream_;
  StreamInspector inner_;
  bool may_decrypt_;
  uint64_t server_bytes_ = 0;
  InspectionSink* sink_ = nullptr;
};

StreamInspector::StreamInspector(const InspectionContext& context, const ProbeInput& flow,
                                 bool encrypted)
    : context_(context), flow_(flow), encrypted_(encrypted) {}

StreamInspector::~StreamInspector() { release_held(); }

bool StreamInspector::needs_server_side() const {
  if (tls_ != nullptr) return tls_->needs_server_side();
  return parser_ == nullptr ? opaque_ == NotInspected::none : parser_info_->needs_server_side;
}

std::string_view StreamInspector::app_proto() const {
  if (tls_ != nullptr) {
    const std::string_view inner = tls_->inner().app_proto();
    return inner.empty() || tls_->inner().is_raw() ? "tls" : inner;
  }
  if (opaque_ == NotInspected::quic) return "quic";
  return parser_info_ == nullptr || is_raw() ? std::string_view{} : parser_info_->name;
}

const TlsFacts* StreamInspector::tls() const {
  return tls_ == nullptr ? nullptr : &tls_->facts();
}

void StreamInspector::feed(const Chunk& chunk, InspectionSink& sink) {
  if (opaque_ != NotInspected::none) {
    if (chunk.direction == Direction::to_server) sink.on_not_read(chunk.bytes.size(), opaque_);
  } else if (tls_ != nullptr) {
    tls_->feed(chunk, sink);
  } else if (parser_ != nullptr) {
    parse(chunk, sink);
  } else {
    probe(chunk, sink);
  }
}

void StreamInspector::expect(const ParserInfo& info) {
  parser_info_ = &info;
  parser_ = info.create(context_.limits, flow_);
}

// Nobody has the stream yet. Where the newest chunk settles it alone, no byte is copied.
void StreamInspector::probe(const Chunk& chunk, InspectionSink& sink) {
  const bool is_udp = flow_.ip_proto == kUdp;
  if (chunk.direction == Direction::to_client && !is_udp) {
    waiting_.push_back({chunk, std::string(as_text(chunk.bytes.first(
                                   std::min(chunk.bytes.size(), kMaxHead))))});
    if (waiting_.size() > 16) waiting_.erase(waiting_.begin());
    return;
  }
  if (chunk.bytes.empty()) return;
  const bool is_first = head_.empty();
  if (!is_first) head_.append(as_text(chunk.bytes));
  const Bytes head = is_first ? chunk.bytes : as_bytes(head_);
  decide(head, is_udp || head.size() >= kMaxHead || (!is_first && chunk.gap > 0), chunk, sink);
  if (parser_ == nullptr && tls_ == nullptr && opaque_ == NotInspected::none) {
    if (is_first) head_.assign(as_text(chunk.bytes));
    waiting_.push_back({chunk, std::string(as_text(chunk.bytes))});
  }
}

// Asks everybody about `head`; with `last` an undecided stream goes to raw.
void StreamInspector::decide(Bytes head, bool last, const Chunk& newest, InspectionSink& sink) {
  ProbeInput input = flow_;
  input.head = head;
  if (flow_.ip_proto == kUdp && is_quic(head)) {
    opaque_ = NotInspected::quic;
    sink.on_not_read(head.size(), opaque_);
    return;
  }
  bool undecided = false;
  if (flow_.ip_proto == kTcp) {
    const Probe tls = probe_tls(head);
    if (tls == Probe::yes) return start_tls(newest, sink);
    undecided = tls == Probe::more;
  }
  for (const ParserInfo* info : parsers()) {
    if (info->probe == nullptr) continue;
    const Probe answer = info->probe(input);
    if (answer == Probe::yes) return start(*info, newest, sink);
    undecided |= answer == Probe::more;
  }
  if (!undecided || last) start(raw_parser(), newest, sink);
}

void StreamInspector::start(const ParserInfo& info, const Chunk& newest, InspectionSink& sink) {
  expect(info);
  replay_head(sink);
  feed(newest, sink);
}

void StreamInspector::start_tls(const Chunk& newest, InspectionSink& sink) {
  tls_ = std::make_unique<TlsLayer>(context_, flow_);
  replay_head(sink);
  feed(newest, sink);
}

// Gives the chosen layer what came before the chunk that settled it.
void StreamInspector::replay_head(InspectionSink& sink) {
  std::vector<HeldChunk> waiting;
  waiting.swap(waiting_);
  head_.clear();
  for (HeldChunk& held : waiting) {
    held.chunk.bytes = as_bytes(held.bytes);
    if (held.chunk.direction == Direction::to_server || needs_server_side()) feed(held.chunk, sink);
  }
}

void StreamInspector::parse(const Chunk& chunk, InspectionSink& sink) {
  if (chunk.direction == Direction::to_server) note_held(chunk.bytes.size(), sink);
  MessageWatch watch(sink);
  const auto handover = parser_->feed(chunk, watch);
  if (watch.saw_message() || handover) release_held();
  if (!handover) return;
  Chunk rest = chunk;
  rest.gap = 0;
  rest.offset += handover->consumed;
  rest.bytes = chunk.bytes.subspan(std::min(handover->consumed, chunk.bytes.size()));
  const ParserInfo* next = handover->next;
  if (next == nullptr && ++handovers_ > kMaxHandovers) next = &raw_parser();
  parser_.reset();
  parser_info_ = nullptr;
  if (next != nullptr) expect(*next);
  feed_rest(chunk, *handover, sink);
}

// What the old parser left: bytes it had held back, then the rest of the chunk.
void StreamInspector::feed_rest(const Chunk& chunk, const Handover& handover,
                                InspectionSink& sink) {
  Chunk rest = chunk;
  rest.gap = 0;
  if (!handover.before.empty()) {
    rest.offset -= std::min<uint64_t>(rest.offset, handover.before.size());
    rest.bytes = as_bytes(handover.before);
    feed(rest, sink);
  }
  const size_t consumed = std::min(handover.consumed, chunk.bytes.size());
  rest.offset = chunk.offset + consumed;
  rest.bytes = chunk.bytes.subspan(consumed);
  if (!rest.bytes.empty()) feed(rest, sink);
}

void StreamInspector::finish(InspectionSink& sink) {
  if (parser_ == nullptr && tls_ == nullptr && opaque_ == NotInspected::none && !waiting_.empty()) {
    expect(raw_parser());
    replay_head(sink);
  }
  if (tls_ != nullptr) tls_->finish(sink);
  if (parser_ != nullptr) parser_->finish(sink);
  release_held();
}

void StreamInspector::give_up(NotInspected why, InspectionSink& sink) {
  finish(sink);
  parser_.reset();
  parser_info_ = nullptr;
  opaque_ = why;
}

// A parser may hold all it was fed since its last message. Past the shard's budget it must give out what
// it has, marked truncated, so that memory stays bounded and nothing seen so far is lost.
void StreamInspector::note_held(size_t bytes, InspectionSink& sink) {
  const size_t more = std::min(bytes, context_.limits.max_body - std::min(held_, context_.limits.max_body));
  held_ += more;
  context_.held.held += more;
  context_.held.peak = std::max(context_.held.peak, context_.held.held);
  if (context_.held.held <= context_.held.limit) return;
  context_.weird.count(Weird::parser_memory_exceeded);
  parser_->finish(sink);
  release_held();
  parser_ = parser_info_->create(context_.limits, flow_);
}

void StreamInspector::release_held() {
  context_.held.held -= held_;
  held_ = 0;
}

}  // namespace telltale
