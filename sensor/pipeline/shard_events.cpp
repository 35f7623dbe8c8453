// How a shard turns what it knows into events: flow snapshots, devices, destinations, anomalies.
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/detect/user_agent.h"
#include "sensor/pipeline/shard.h"
#include "sensor/proto/announcement.h"

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

void Shard::hear(const Segment& segment) {
  class Listener final : public NoteSink {
   public:
    Listener(Shard& shard, const Segment& segment) : shard_(shard), segment_(segment) {}
    void on_note(const DeviceNote& note) override {
      shard_.take_note(note, {segment_.src.address, segment_.src_mac}, segment_.ts);
    }

   private:
    Shard& shard_;
    const Segment& segment_;
  };
  now_frame_ = segment.frame;
  Listener listener(*this, segment);
  read_announcement(segment, listener);
}

void Shard::join(const Segment& segment) {
  now_frame_ = segment.frame;
  if (const auto address = devices_.join({segment.src_mac, segment.dst_mac})) {
    tell_device(*address, segment.ts);
  }
}

void Shard::take_note(const DeviceNote& note, const Sender& sender, Timestamp ts) {
  if (const auto address = devices_.learn(note, sender)) tell_device(*address, ts);
}

// A device that announces nothing may still say what it is to the servers it talks to.
void Shard::name_by_user_agent(Session& session, const Message& message) {
  const IpAddress address = device_of(session).address;
  if (!message.protocol.starts_with("http") || devices_.has_name(address)) return;
  for (const Field& field : message.fields.all()) {
    if (field.step != Step::item || !iequals(field.key, "user-agent")) continue;
    const std::string_view device = device_in_user_agent(field.value);
    if (device.empty()) return;
    const DeviceNote note{.source = "user_agent", .kind = NameKind::product, .name = device};
    return take_note(note, {address, devices_.learnt(address).mac}, message.ts);
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
