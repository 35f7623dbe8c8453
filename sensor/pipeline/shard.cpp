// THE HOT PATH. Every segment comes through on_segment(); read this file first, all else hangs on it.
//
//   on_segment:  flow -> session (with the first payload) -> classify until settled -> stream or datagram
//   on_chunk:    ledger -> inspector (TLS, parser)
//   on_message:  names -> if it left the device: expand -> detect -> findings -> policy (shard_findings.cpp)
//   on_flow_end: streams finish -> flow event with its ledger
#include "sensor/pipeline/shard.h"

#include <algorithm>
#include <array>

#include "sensor/pipeline/flow_sink.h"

namespace telltale {
namespace {

// Protocols that nDPI names and nobody can read from outside.
bool is_encrypted_protocol(const AppLabel& label) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "ssh", "quic", "wireguard", "openvpn", "ipsec", "tor", "dtls", "srtp", "psiphon", "tailscale",
      "skype", "telegram"};
  return std::find(kNames.begin(), kNames.end(), label.app_protocol) != kNames.end();
}

// Datagrams between home addresses are not inspected, but these say who is who and what names mean: DNS,
// DHCP, NetBIOS, mDNS, LLMNR.
bool tells_names(const FlowRecord& flow) {
  if (flow.key.ip_proto != kUdp) return false;
  switch (flow.server().port) {
    case 53:
    case 67:
    case 68:
    case 137:
    case 5353:
    case 5355:
      return true;
    default:
      return false;
  }
}

}  // namespace

// Only of what could not be read: what could needs no guess.
std::shared_ptr<const Suspicion> Shard::suspicion_of(const Event& event) const {
  if (event.flow->ledger.opaque == 0 || !event.destination) return nullptr;
  const CatalogueIndex::Owner* owner = context_.catalogue.match(*event.destination).owner;
  return owner == nullptr ? nullptr : owner->suspicion;
}

Shard::Shard(const SensorContext& context, ContentIndexer& indexer, EventSink& events)
    : context_(context),
      events_(events),
      held_{context.limits.max_held_bytes},
      inspection_{context.limits, weird_, held_, context.keys},
      reassembly_(context.limits, weird_),
      classifier_(context.limits),
      names_(context.limits, weird_),
      devices_(context.config, weird_),
      own_values_(context.known_values, devices_),
      tracking_({context.limits.max_tracking_devices, context.limits.max_tracking_tokens}),
      destinations_(context.config, context.geo, context.trust, context.catalogue),
      alerts_(context.limits, weird_, context.alert_telling),
      notices_(context.limits, weird_, context.alert_telling),
      monitors_(make_monitors(context.limits)),
      indexer_(indexer),
      flows_(context.limits, context.config.sensor.home_networks, weird_, *this) {}

Shard::~Shard() = default;

void Shard::on_segment(const Segment& segment) {
  now_frame_ = segment.frame;
  Direction direction{};
  FlowRecord& flow = flows_.at(segment, &direction);
  Session* session = session_of(flow, segment);
  if (session == nullptr) return;
  if (!session->settled) classify(*session, segment, direction);
  direction = session->as_sent_by_device(direction);
  if (segment.ip_proto == kTcp) {
    reassemble(*session, segment, direction);
  } else {
    on_datagram(*session, segment, direction);
  }
}

void Shard::fetch_session(uint32_t foreseen) {
  constexpr size_t kCacheLine = 64;
  const auto* session = static_cast<const Session*>(flows_.likely_attachment(foreseen));
  if (session == nullptr) return;
  const auto* bytes = reinterpret_cast<const char*>(session);
  for (size_t at = 0; at < Session::kHotBytes; at += kCacheLine) __builtin_prefetch(bytes + at, 1);
}

// A flow without payload stays a small record; its session begins with the first payload.
Session* Shard::session_of(FlowRecord& flow, const Segment& segment) {
  if (flow.attachment != nullptr) return static_cast<Session*>(flow.attachment.get());
  if (segment.payload_wire_size == 0) return nullptr;
  const ProbeInput probe{{}, segment.ip_proto, flow.client().port, flow.server().port};
  auto session = std::make_unique<Session>(flow, inspection_, probe);
  session->side = side_of(flow);
  session->excluded = exclusion(*session);
  if (segment.ip_proto == kTcp && session->inspected()) {
    session->to_server.emplace(Direction::to_server, reassembly_);
    if (const auto seq = flow.first_client_seq(); seq && session->side != DeviceSide::server) {
      session->to_server->start_at(*seq);
    }
  }
  Session* made = session.get();
  flow.attachment = std::move(session);
  see_device(flow, *made, segment);
  return made;
}

// The listener is the flow's server; where the remote end sends datagrams to a port the device named, the
// device may count as the client all the same.
const ParserInfo* Shard::expected_parser(Session& session) {
  if (expectations_.empty()) return nullptr;
  const FlowRecord& flow = session.flow;
  const auto at_server = expectations_.take(flow.server(), flow.first_ts);
  if (at_server.parser != nullptr) {
    if (at_server.server_connects) session.side = DeviceSide::server;
    return at_server.parser;
  }
  return expectations_.take(flow.client(), flow.first_ts).parser;
}

// Why nothing of a flow is read, by design. A connection that a flow announced is always read.
NotInspected Shard::exclusion(Session& session) {
  if (const ParserInfo* parser = expected_parser(session)) {
    session.inspector.expect(*parser);
    return NotInspected::none;
  }
  if (session.side == DeviceSide::server) return NotInspected::inbound;
  if (session.side == DeviceSide::both && !context_.config.inspect.lateral) {
    return NotInspected::lateral;
  }
  return NotInspected::none;
}

void Shard::classify(Session& session, const Segment& segment, Direction direction) {
  if (segment.ip_proto == kTcp && segment.payload.empty()) return;
  if (session.dpi == nullptr) session.dpi = classifier_.get().start();
  if (!classifier_.get().feed(*session.dpi, segment, direction == Direction::to_server)) return;
  settle(session);
  // Now rather than when the flow ends, as somebody may be waiting.
  if (context_.rules.speaks_of(RuleSubject::contact)) {
    session.contact_told = judge_contact(event_of(session.flow, &session, segment.ts));
  }
}

void Shard::settle(Session& session) {
  session.settled = true;
  if (session.dpi == nullptr) return;
  session.label = classifier_.get().finish(*session.dpi);
  session.dpi.reset();
  if (session.inspected() && session.inspector.is_raw() && is_encrypted_protocol(session.label)) {
    FlowSink sink(*this, session);
    session.inspector.give_up(NotInspected::encrypted_protocol, sink);
  }
}

void Shard::reassemble(Session& session, const Segment& segment, Direction direction) {
  if (!session.inspected()) {
    if (direction == Direction::to_server) count_excluded(session, segment);
    return;
  }
  FlowSink sink(*this, session);
  if (direction == Direction::to_server) {
    session.to_server->add(segment, sink);
    if (session.to_client) session.to_client->on_ack(segment, sink);
    if (session.to_server->conflict()) tell_conflict(session, segment);
  } else {
    session.to_server->on_ack(segment, sink);
    if (!session.to_client && !segment.payload.empty() && session.inspector.needs_server_side()) {
      session.to_client.emplace(Direction::to_client, reassembly_);
    }
    if (session.to_client) session.to_client->add(segment, sink);
  }
}

void Shard::on_datagram(Session& session, const Segment& segment, Direction direction) {
  if (segment.ip_proto == kIcmp || segment.ip_proto == kIcmpV6) watch_echo(session, segment, direction);
  if (!session.inspected() || segment.ip_proto != kUdp) {
    if (direction == Direction::to_server) count_excluded(session, segment);
    if (!tells_names(session.flow)) return;
  }
  Chunk chunk;
  chunk.direction = direction;
  chunk.ts = segment.ts;
  chunk.frame = segment.frame;
  chunk.bytes = segment.payload;
  on_chunk(session, chunk);
  if (!session.inspected()) return;
  if (direction == Direction::to_server && segment.payload_wire_size > segment.payload.size()) {
    session.ledger.bytes_out += segment.payload_wire_size - segment.payload.size();
    session.ledger.lost += segment.payload_wire_size - segment.payload.size();
  }
}

void Shard::count_excluded(Session& session, const Segment& segment) {
  session.ledger.bytes_out += segment.payload_wire_size;
  session.ledger.take_not_read(segment.payload_wire_size, session.inspected()
                                                             ? NotInspected::not_content
                                                             : session.excluded);
}

void Shard::on_chunk(Session& session, const Chunk& chunk) {
  if (!session.inspected()) {
    // Read for the names in it alone; its bytes are in the ledger already.
  } else if (chunk.direction == Direction::to_server) {
    Ledger& ledger = session.ledger;
    ledger.bytes_out += chunk.gap + chunk.bytes.size();
    ledger.lost += chunk.gap;
    ledger.gaps += chunk.gap > 0 ? 1 : 0;
  } else if (!session.inspector.needs_server_side()) {
    return;
  }
  FlowSink sink(*this, session);
  session.inspector.feed(chunk, sink);
}

void Shard::tick(Timestamp now, FrameRef frame) {
  now_frame_ = frame;
  flows_.expire(now);
  for (AlertBook* book : {&alerts_, &notices_}) {
    book->tick(now, [&](Event&& event) { tell(std::move(event), events_); });
  }
}

void Shard::finish(FrameRef frame) {
  now_frame_ = frame;
  flows_.end_all();
}

// FIN, RST, timeout, eviction and end of file alike.
void Shard::on_flow_end(FlowRecord& record, FlowEndReason reason) {
  auto* session = static_cast<Session*>(record.attachment.get());
  if (session != nullptr) {
    finish_streams(*session);
    if (!session->settled) settle(*session);
    session->ledger.close();
    coverage_.add(session->ledger);
    watch_conversation(*session);
  }
  Event event = event_of(record, session, record.last_ts, Moment::end);
  if (session == nullptr || !session->contact_told) judge_contact(event);
  event.payload = FlowEvent{reason, suspicion_of(event)};
  events_.on_event(std::move(event));
}

void Shard::finish_streams(Session& session) {
  FlowSink sink(*this, session);
  if (session.to_server) session.to_server->finish(sink);
  if (session.to_client) session.to_client->finish(sink);
  session.inspector.finish(sink);
}

void Shard::close_alerts(EventSink& sink) {
  for (AlertBook* book : {&alerts_, &notices_}) {
    book->close_all([&](Event&& event) { tell(std::move(event), sink); });
  }
}

void Shard::add_to(StatsEvent& stats) const {
  stats.flows += flows_.total_flows();
  stats.evictions += flows_.evictions();
  stats.memory_peak += held_.peak + reassembly_.peak;
  stats.findings += findings_;
  stats.alerts += alerts_told_;
  stats.notices += notices_told_;
  stats.muted += muted_;
  stats.anomalies += anomalies_;
  stats.coverage.add(coverage_);
  stats.weird.add(weird_);
  stats.weird.count(Weird::tracking_token_forgotten, tracking_.forgotten());
}

}  // namespace telltale
