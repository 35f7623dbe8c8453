#include "sensor/output/describe.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"

namespace telltale {
namespace {

void optional_text(EventWriter& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out.text(key, value);
}

struct TypeName {
  std::string_view operator()(const FindingEvent&) const { return "finding"; }
  std::string_view operator()(const AlertEvent&) const { return "alert"; }
  std::string_view operator()(const NoticeEvent&) const { return "notice"; }
  std::string_view operator()(const AnomalyEvent&) const { return "anomaly"; }
  std::string_view operator()(const FlowEvent&) const { return "flow"; }
  std::string_view operator()(const DeviceEvent&) const { return "device"; }
  std::string_view operator()(const StatsEvent&) const { return "stats"; }
};

// What tells events of one flow, type and frame apart beyond their sequence.
void add_discriminator(const Event& event, std::string& text) {
  if (const AlertEvent* alert = alert_of(event)) {
    text += alert->verdict.rule;
    if (alert->update) text += "\nupdate";
  } else if (std::holds_alternative<DeviceEvent>(event.payload) && event.device) {
    text += event.device->id;
    text += '\n';
    text += event.device->name;
  }
}

std::string hex16(uint64_t number) {
  std::array<uint8_t, 8> bytes;
  for (size_t i = bytes.size(); i-- > 0; number >>= 8) bytes[i] = static_cast<uint8_t>(number);
  return to_hex(bytes);
}

std::string protocol_name(uint8_t ip_proto) {
  switch (ip_proto) {
    case kTcp:
      return "TCP";
    case kUdp:
      return "UDP";
    case kIcmp:
      return "ICMP";
    case kIcmpV6:
      return "IPv6-ICMP";
    case kSctp:
      return "SCTP";
    default:
      return fmt::format("{:03}", ip_proto);
  }
}

void describe_endpoints(const Flow& flow, EventWriter& out) {
  const bool is_icmp = flow.ip_proto == kIcmp || flow.ip_proto == kIcmpV6;
  const bool has_ports = flow.ip_proto == kTcp || flow.ip_proto == kUdp || flow.ip_proto == kSctp;
  out.text("src_ip", flow.device().address.to_string());
  if (has_ports) out.number("src_port", flow.device().port);
  out.text("dest_ip", flow.remote().address.to_string());
  if (has_ports) out.number("dest_port", flow.remote().port);
  out.text("proto", protocol_name(flow.ip_proto));
  if (is_icmp) {
    out.number("icmp_type", flow.icmp.type);
    out.number("icmp_code", flow.icmp.code);
  }
  optional_text(out, "app_proto", flow.app_proto);
}

void describe_common(const Event& event, const EventContext& context, EventWriter& out) {
  out.text("timestamp", to_iso8601(event.ts));
  out.text("event_type", type_of(event));
  out.text("event_id", event_id(event, context));
  out.text("sensor", context.sensor);
  if (!event.flow) return;
  const Flow& flow = *event.flow;
  out.number("flow_id", flow.id);
  out.text("community_id", community_id(flow));
  if (flow.first_frame.capture < context.captures.size()) {
    out.text(context.live ? "in_iface" : "pcap_filename",
             context.captures[flow.first_frame.capture]);
  }
  if (flow.vlan != 0) {
    out.begin_array("vlan");
    if (flow.vlan >> 16 != 0) out.number({}, flow.vlan >> 16);
    out.number({}, flow.vlan & 0xffff);
    out.end_array();
  }
  describe_endpoints(flow, out);
}

void describe_device(const Device& device, EventWriter& out) {
  out.begin_object("device");
  out.text("id", device.id);
  optional_text(out, "mac", device.mac);
  optional_text(out, "vendor", device.vendor);
  optional_text(out, "name", device.name);
  optional_text(out, "name_source", device.name_source);
  if (device.inferred) out.boolean("inferred", true);
  out.text("ip", device.ip.to_string());
  optional_text(out, "group", device.group);
  out.end_object();
}

void describe_destination(const Destination& to, EventWriter& out) {
  out.begin_object("destination");
  out.text("ip", to.ip.to_string());
  optional_text(out, "hostname", to.hostname);
  optional_text(out, "hostname_source", name_of(to.hostname_source));
  if (to.hostname_unverified) {
    out.boolean("hostname_unverified", true);
    optional_text(out, "dns_name", to.dns_name);
  }
  optional_text(out, "country", to.country);
  if (to.asn != 0) out.number("asn", to.asn);
  optional_text(out, "as_org", to.as_org);
  optional_text(out, "app", to.app);
  optional_text(out, "operator", to.operator_name);
  optional_text(out, "operator_country", to.operator_country);
  out.text("trust", name_of(to.trust));
  optional_text(out, "trust_reason", to.trust_reason);
  out.end_object();
}

void describe_finding(const Finding& finding, EventWriter& out) {
  out.text("class", name_of(class_of(finding.type)));
  out.text("type", name_of(finding.type));
  out.real("confidence", finding.confidence);
  out.number("count", finding.count);
  out.text("location", finding.location);
  out.begin_array("encodings");
  for (const std::string& encoding : finding.encodings) out.text({}, encoding);
  out.end_array();
  optional_text(out, "sample", finding.sample);
  optional_text(out, "fingerprint", finding.fingerprint);
  optional_text(out, "owner", finding.owner);
  out.boolean("cleartext", finding.cleartext);
  out.number("packet", finding.packet.number);
}

void describe_ledger(const Ledger& ledger, EventWriter& out) {
  out.number("clear", ledger.clear);
  out.number("decrypted", ledger.decrypted);
  out.number("opaque", ledger.opaque);
  out.number("lost", ledger.lost);
  out.number("skipped", ledger.skipped);
  out.number("gaps", ledger.gaps);
}

void describe_tls(const TlsFacts& tls, EventWriter& out) {
  if (tls.version.empty() && tls.ja4.empty() && tls.sni.empty()) return;
  out.begin_object("tls");
  optional_text(out, "sni", tls.sni);
  optional_text(out, "version", tls.version);
  optional_text(out, "alpn", tls.alpn);
  optional_text(out, "ja3", tls.ja3);
  optional_text(out, "ja4", tls.ja4);
  if (!tls.common_name.empty()) out.text("subject", "CN=" + tls.common_name);
  if (!tls.alternative_names.empty()) {
    out.begin_array("subjectaltname");
    for (const std::string& name : tls.alternative_names) out.text({}, name);
    out.end_array();
  }
  if (tls.ech) out.boolean("ech", true);
  out.boolean("decrypted", tls.decrypted);
  out.end_object();
}

void describe_outputs(const std::vector<OutputStats>& outputs, EventWriter& out) {
  out.begin_array("outputs");
  for (const OutputStats& output : outputs) {
    out.begin_object({});
    out.text("name", output.name);
    out.number("sent", output.sent);
    out.number("waiting", output.waiting);
    out.number("dropped", output.dropped);
    out.number("refused", output.refused);
    out.end_object();
  }
  out.end_array();
}

std::string_view state_name(FlowState state) {
  switch (state) {
    case FlowState::fresh:
      return "new";
    case FlowState::established:
      return "established";
    case FlowState::closed:
      break;
  }
  return "closed";
}

std::string_view category_of(const AlertEvent& alert) {
  if (!alert.findings.empty()) return name_of(class_of(alert.findings.front().type));
  return alert.anomaly.empty() ? "contact" : "anomaly";
}

struct PayloadWriter {
  const Event& event;
  EventWriter& out;

  void operator()(const FindingEvent& payload) const {
    out.begin_object("finding");
    describe_finding(payload.finding, out);
    out.end_object();
  }

  void operator()(const AlertEvent& alert) const {
    out.begin_object("alert");
    out.text("action", "allowed");
    out.number("gid", 1);
    out.number("signature_id", alert.verdict.signature_id);
    out.number("rev", 1);
    out.text("signature", alert.verdict.rule);
    out.text("category", category_of(alert));
    out.number("severity", static_cast<uint64_t>(alert.verdict.severity));
    out.end_object();
    out.begin_object("verdict");
    out.text("rule", alert.verdict.rule);
    out.text("reason", alert.verdict.reason);
    out.begin_array("findings");
    for (const Finding& finding : alert.findings) {
      out.begin_object({});
      describe_finding(finding, out);
      out.end_object();
    }
    out.end_array();
    optional_text(out, "anomaly", alert.anomaly);
    out.number("count", alert.count);
    out.text("first", to_iso8601(alert.first));
    out.text("last", to_iso8601(alert.last));
    if (alert.update) out.boolean("update", true);
    out.end_object();
  }

  void operator()(const AnomalyEvent& anomaly) const {
    out.begin_object("anomaly");
    out.text("type", anomaly.type);
    out.real("score", anomaly.score);
    out.begin_object("evidence");
    for (const auto& [key, value] : anomaly.evidence) out.text(key, value);
    out.end_object();
    out.end_object();
  }

  void operator()(const FlowEvent& payload) const {
    if (!event.flow) return;
    const Flow& flow = *event.flow;
    const auto& up = flow.counts[static_cast<size_t>(Direction::to_server)];
    const auto& down = flow.counts[static_cast<size_t>(Direction::to_client)];
    out.begin_object("flow");
    out.number("pkts_toserver", up.packets);
    out.number("pkts_toclient", down.packets);
    out.number("bytes_toserver", up.bytes);
    out.number("bytes_toclient", down.bytes);
    out.text("start", to_iso8601(flow.first_ts));
    out.text("end", to_iso8601(flow.last_ts));
    const auto age = std::chrono::floor<std::chrono::seconds>(flow.last_ts - flow.first_ts);
    out.number("age", static_cast<uint64_t>(age.count()));
    out.text("state", state_name(flow.state));
    out.text("reason", name_of(payload.reason));
    out.end_object();
    if (!flow.label.protocol.empty()) {
      out.begin_object("ndpi");
      out.text("protocol", flow.label.protocol);
      optional_text(out, "category", flow.label.category);
      if (!flow.label.risks.empty()) {
        out.begin_array("risks");
        for (const std::string& risk : flow.label.risks) out.text({}, risk);
        out.end_array();
      }
      out.end_object();
    }
    describe_tls(flow.tls, out);
    out.begin_object("inspection");
    out.number("bytes_out", flow.ledger.bytes_out);
    out.number("bytes_inspected", flow.ledger.clear + flow.ledger.decrypted);
    describe_ledger(flow.ledger, out);
    optional_text(out, "reason_not_inspected", name_of(flow.ledger.reason));
    out.end_object();
    if (payload.suspected == nullptr) return;
    out.begin_object("suspected");
    out.text("app", payload.suspected->app);
    out.begin_array("types");
    for (const DataType type : payload.suspected->types) out.text({}, name_of(type));
    out.end_array();
    out.text("source", payload.suspected->source);
    out.end_object();
  }

  void operator()(const DeviceEvent&) const {}

  void operator()(const StatsEvent& stats) const {
    out.begin_object("stats");
    out.number("packets", stats.packets);
    out.number("bytes", stats.bytes);
    out.number("drops", stats.dropped);
    out.begin_object("decoder");
    for (const auto& [name, count] : stats.transport) out.number(name, count);
    out.begin_object("event");
    for (size_t i = 0; i < kWeirdCount; ++i) {
      const auto weird = static_cast<Weird>(i);
      if (stats.weird[weird] > 0) out.number(name_of(weird), stats.weird[weird]);
    }
    out.end_object();
    out.end_object();
    out.number("flows", stats.flows);
    out.number("evictions", stats.evictions);
    out.number("memory", stats.memory_peak);
    out.number("findings", stats.findings);
    out.number("alerts", stats.alerts);
    out.number("notices", stats.notices);
    out.number("muted", stats.muted);
    out.number("anomalies", stats.anomalies);
    out.begin_object("coverage");
    out.number("bytes_out", stats.coverage.bytes_out);
    describe_ledger(stats.coverage, out);
    out.end_object();
    if (!stats.outputs.empty()) describe_outputs(stats.outputs, out);
    out.end_object();
  }
};

}  // namespace

std::string_view type_of(const Event& event) { return std::visit(TypeName{}, event.payload); }

std::string event_id(const Event& event, const EventContext& context) {
  constexpr size_t kUsualSize = 192;
  std::string text;
  text.reserve(kUsualSize);
  text += context.sensor;
  text += '\n';
  text += type_of(event);
  const auto add = [&](auto number) {
    std::array<char, 24> digits;
    text += '\n';
    text.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  };
  add(event.flow ? event.flow->id : uint64_t{0});
  add(event.sequence);
  // Not the number of the capture: a capture gives the same ids alone and among others.
  add(event.order.number);
  add(event.ts.time_since_epoch().count());
  text += '\n';
  add_discriminator(event, text);
  return hex16(hash64(text));
}

void describe(const Event& event, const EventContext& context, EventWriter& out) {
  describe_common(event, context, out);
  if (event.device) describe_device(*event.device, out);
  if (event.destination) describe_destination(*event.destination, out);
  std::visit(PayloadWriter{event, out}, event.payload);
}

}  // namespace telltale
