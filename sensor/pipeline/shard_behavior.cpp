// What the behaviour monitors are shown of a shard's traffic, and what becomes of what they tell.
#include "sensor/pipeline/shard.h"
#include "sensor/policy/registrable_domain.h"

namespace telltale {

// Where a monitor's anomalies go: into events of the flow that was under its eyes.
class Shard::WatchSink final : public AnomalySink {
 public:
  WatchSink(Shard& shard, Session& session, Timestamp ts)
      : shard_(shard), session_(session), ts_(ts) {}

  void on_anomaly(AnomalyEvent&& anomaly) override {
    shard_.tell_anomaly(session_, ts_, std::move(anomaly));
  }
  void on_weird(Weird weird) override { shard_.weird_.count(weird); }

 private:
  Shard& shard_;
  Session& session_;
  Timestamp ts_;
};

// Questions are watched wherever they go: to the router of the home as well as past it.
void Shard::watch_questions(Session& session, const Message& message) {
  if (message.protocol != "dns" || session.flow.server().address.is_multicast()) return;
  DnsQuestion question;
  question.device = session.flow.client().address;
  question.ts = message.ts;
  WatchSink sink(*this, session, message.ts);
  for (const Field& field : message.fields.all()) {
    if (field.key == "dns.question.name") {
      question.name = field.value;
    } else if (field.key == "dns.question.type" && !question.name.empty()) {
      question.type = field.value;
      question.domain = registrable_domain(question.name);
      for (const auto& monitor : monitors_) monitor->on_question(question, sink);
    }
  }
}

void Shard::watch_echo(Session& session, const Segment& segment, Direction direction) {
  if (session.side == DeviceSide::both) return;
  const bool is_v6 = segment.ip_proto == kIcmpV6;
  const bool is_request = segment.icmp.type == (is_v6 ? 128 : 8);
  const bool is_reply = segment.icmp.type == (is_v6 ? 129 : 0);
  ByteReader reader(segment.payload);
  reader.skip(4);
  Echo echo;
  echo.id = reader.be16();
  echo.sequence = reader.be16();
  if (!(is_request || is_reply) || !reader.ok()) return;
  const bool device_is_client = session.side != DeviceSide::server;
  echo.device = (device_is_client ? session.flow.client() : session.flow.server()).address;
  echo.remote = (device_is_client ? session.flow.server() : session.flow.client()).address;
  echo.from_device = direction == Direction::to_server;
  echo.is_reply = is_reply;
  echo.data = reader.rest();
  echo.ts = segment.ts;
  WatchSink sink(*this, session, segment.ts);
  for (const auto& monitor : monitors_) monitor->on_echo(echo, sink);
}

// Conversations that the device began with somebody outside.
void Shard::watch_conversation(Session& session) {
  if (session.side != DeviceSide::client) return;
  const FlowRecord& flow = session.flow;
  Conversation conversation;
  conversation.device = flow.client().address;
  conversation.group = devices_.group_of(conversation.device);
  conversation.remote = flow.server();
  conversation.ip_proto = flow.key.ip_proto;
  conversation.app_proto = session.inspector.app_proto();
  if (conversation.app_proto.empty()) conversation.app_proto = session.label.app_protocol;
  conversation.host = session.server_name;
  if (conversation.host.empty() && session.inspector.tls() != nullptr) {
    conversation.host = session.inspector.tls()->sni;
  }
  conversation.first_ts = flow.first_ts;
  conversation.last_ts = flow.last_ts;
  conversation.sent = flow.counts()[static_cast<size_t>(Direction::to_server)];
  conversation.received = flow.counts()[static_cast<size_t>(Direction::to_client)];
  WatchSink sink(*this, session, flow.last_ts);
  for (const auto& monitor : monitors_) monitor->on_conversation(conversation, sink);
}

void Shard::give_habits(GroupHabits& all) const {
  for (const auto& monitor : monitors_) monitor->give_habits(all);
}

void Shard::take_habits(const std::shared_ptr<const GroupHabits>& all) {
  for (const auto& monitor : monitors_) monitor->take_habits(all);
}

void Shard::tell_anomaly(Session& session, Timestamp ts, AnomalyEvent&& anomaly) {
  Event event = event_of(session.flow, &session, ts);
  if (is_trusted(event, anomaly)) return;
  ++anomalies_;
  judge(event, {nullptr, anomaly.type}, anomaly.score);
  event.payload = std::move(anomaly);
  events_.on_event(std::move(event));
}

// Regular or large traffic to somebody the user vouches for is what it should be. Of a tunnel in
// names it is the domain that counts, not the resolver.
bool Shard::is_trusted(const Event& event, const AnomalyEvent& anomaly) const {
  for (const auto& [key, value] : anomaly.evidence) {
    if (key != "domain") continue;
    Destination domain;
    domain.hostname = value;
    return context_.trust.judge(domain).trust == Trust::trusted;
  }
  return event.destination->trust == Trust::trusted;
}

}  // namespace telltale
