// How a shard turns what it knows into events: flow snapshots, devices, destinations, anomalies.
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/pipeline/shard.h"

namespace telltale {
namespace {

// The flow's identifier: the same for the same packets, whatever the run; 53 bits, so that a JSON
// number holds it exactly.
uint64_t flow_id(const FlowRecord& record) {
  std::array<uint8_t, 2 * (16 + sizeof(uint16_t)) + 4 + 1 + 8 + 4> bytes;
  uint8_t* at = bytes.data();
  const auto append = [&](const auto& value) {
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
  };
  for (const Endpoint* end : {&record.key.low, &record.key.high}) {
    append(end->address.bytes());
    append(end->port);
  }
  append(record.key.vlan);
  append(record.key.ip_proto);
  append(int64_t{record.first_ts.time_since_epoch().count()});
  append(record.first_frame.number);
  return hash64(Bytes{bytes}) & ((uint64_t{1} << 53) - 1);
}

// Hears what a device says of itself and nothing else. Views live as long as the bytes that were
// fed.
class DeviceListener final : public ParserSink {
 public:
  void on_message(Message&&) override {}
  void on_not_read(uint64_t, NotInspected) override {}
  void on_weird(Weird) override {}
  void on_name(const NameRecord&) override {}
  void on_device(const DeviceNote& heard) override { note = heard; }
  void on_expectation(const Expectation&) override {}

  DeviceNote note;
};

// The name by which a certificate calls its server, where the device did not say one; wildcards are
// no names.
std::string host_in_certificate(const TlsFacts& tls) {
  for (const std::string& name : tls.alternative_names) {
    if (!name.starts_with("*.")) return ascii_lower(name);
  }
  const std::string& name = tls.common_name;
  const bool is_host = name.find('.') != std::string::npos && !name.starts_with("*.");
  return is_host ? ascii_lower(name) : std::string();
}

}  // namespace

DeviceSide Shard::side_of(const FlowRecord& flow) const {
  const auto& home = context_.config.sensor.home_networks;
  const bool client_home = contains(home, flow.client().address);
  const bool server_home = contains(home, flow.server().address);
  if (client_home && server_home) return DeviceSide::both;
  return server_home ? DeviceSide::server : DeviceSide::client;
}

Flow Shard::snapshot(const FlowRecord& record, Session* session, Moment moment) const {
  Flow flow;
  flow.id = flow_id(record);
  flow.client = record.client();
  flow.server = record.server();
  flow.ip_proto = record.key.ip_proto;
  flow.vlan = record.key.vlan;
  flow.device_side = session == nullptr ? side_of(record) : session->side;
  flow.icmp = record.icmp;
  flow.first_ts = record.first_ts;
  flow.last_ts = record.last_ts;
  flow.first_frame = record.first_frame;
  flow.counts = record.counts();
  flow.state = record.state();
  flow.tcp_flags = record.tcp_flags;
  if (session != nullptr) add_session(flow, *session, moment);
  return flow;
}

void Shard::add_session(Flow& flow, Session& session, Moment moment) {
  flow.server_name = session.server_name;
  flow.ledger = session.ledger;
  flow.app_proto = session.inspector.app_proto();
  if (flow.app_proto.empty()) flow.app_proto = session.label.app_protocol;
  if (const TlsFacts* tls = session.inspector.tls()) {
    flow.tls = *tls;
    if (flow.server_name.empty())
      flow.server_name = tls->sni.empty() ? host_in_certificate(*tls) : tls->sni;
  } else if (flow.server_name.empty()) {
    flow.server_name = session.label.host;
  }
  flow.label = moment == Moment::end ? std::move(session.label) : session.label;
}

// The event of a flow, complete but for its payload.
Event Shard::event_of(const FlowRecord& record, Session* session, Timestamp ts, Moment moment) {
  Event event;
  event.ts = ts;
  event.order = now_frame_;
  event.sequence = session == nullptr ? 0 : session->events++;
  event.flow = snapshot(record, session, moment);
  event.device = devices_.of(event.flow->device().address);
  HostnameSource source = HostnameSource::none;
  if (session != nullptr && !event.flow->server_name.empty()) source = name_source(*session);
  event.destination = destination(*event.flow, event.flow->server_name, source, ts);
  return event;
}

HostnameSource Shard::name_source(const Session& session) {
  if (!session.server_name.empty()) return HostnameSource::http_host;
  const TlsFacts* tls = session.inspector.tls();
  if (tls != nullptr && tls->sni.empty()) return HostnameSource::cert;
  return session.inspector.app_proto() == "quic" ? HostnameSource::quic_sni
                                                 : HostnameSource::tls_sni;
}

Destination Shard::destination(const Flow& flow, std::string_view host, HostnameSource source,
                               Timestamp ts) {
  const bool device_claims = flow.device_side != DeviceSide::server;
  return destinations_.resolve(
      {flow.device().address, flow.remote(), device_claims ? host : std::string_view{},
       device_claims ? source : HostnameSource::none, ts},
      names_);
}

// A device is told when its first session begins.
void Shard::see_device(const FlowRecord& record, const Session& session, const Segment& segment) {
  const bool device_is_client = session.side != DeviceSide::server;
  const Endpoint& device = device_is_client ? record.client() : record.server();
  const MacAddress& mac = segment.src == device ? segment.src_mac : segment.dst_mac;
  if (device.address.is_unspecified()) return;  // a DHCP client that has none yet
  if (devices_.see(device.address, mac)) tell_device(device.address, segment.ts);
}

void Shard::on_name(Session& session, const NameRecord& record) {
  names_.learn({session.flow.client().address, record.name, record.address,
                std::chrono::seconds(record.ttl), record.ts});
}

void Shard::on_device(Session& session, const DeviceNote& note) {
  if (note.name.empty() || !note.mac.is_zero()) return;  // what names a MAC was heard
  const IpAddress& address =
      note.address.is_unspecified() ? session.flow.client().address : note.address;
  if (!devices_.learn_name(address, note.name, note.source)) return;
  tell_device(address, note.ts);
}

void Shard::hear(const Segment& segment) {
  now_frame_ = segment.frame;
  DeviceListener listener;
  Chunk chunk;
  chunk.ts = segment.ts;
  chunk.frame = segment.frame;
  chunk.bytes = segment.payload;
  static const ParserInfo* const kDhcp = find_parser("dhcp");
  kDhcp->create(context_.limits, {})->feed(chunk, listener);
  const DeviceNote& note = listener.note;
  if (note.name.empty()) return;
  if (const auto address = devices_.learn_name(note.mac, note.name, note.source)) {
    tell_device(*address, segment.ts);
  }
}

void Shard::tell_device(const IpAddress& address, Timestamp ts) {
  Event event;
  event.ts = ts;
  event.order = now_frame_;
  event.device = devices_.of(address);
  event.payload = DeviceEvent{};
  events_.on_event(std::move(event));
}

// The address a server names may be that of its own side of a NAT, so that of the flow serves as
// well.
void Shard::on_expectation(Session& session, const Expectation& expected) {
  const Endpoint& end = expected.server_connects ? session.flow.client() : session.flow.server();
  expectations_.add({end.address, expected.port}, expected);
  if (!expected.address.is_unspecified() && expected.address != end.address) {
    expectations_.add({expected.address, expected.port}, expected);
  }
}

// Two different contents were sent for the same place of a stream: somebody tries to look different
// to us than to the server.
void Shard::tell_conflict(Session& session, const Segment& segment) {
  if (session.conflict_told) return;
  session.conflict_told = true;
  ++anomalies_;
  Event event = event_of(session.flow, &session, segment.ts);
  AnomalyEvent anomaly;
  anomaly.type = "overlap_conflict";
  anomaly.score = 1;
  anomaly.evidence.emplace_back("packet", std::to_string(segment.frame.number));
  judge(event, {nullptr, anomaly.type}, anomaly.score);
  event.payload = std::move(anomaly);
  events_.on_event(std::move(event));
}

}  // namespace telltale
