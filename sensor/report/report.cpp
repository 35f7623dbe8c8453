#include "sensor/report/report.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace telltale {
namespace {

constexpr size_t kNone = SIZE_MAX;

// The place of `key` among `rows`, which gets one more where it is new; kNone when there are too
// many.
template <typename Key, typename Row>
size_t place(std::map<Key, size_t>& places, const Key& key, std::vector<Row>& rows) {
  const auto found = places.find(key);
  if (found != places.end()) return found->second;
  if (rows.size() >= AuditReport::kMostRows) return kNone;
  places.emplace(key, rows.size());
  rows.emplace_back();
  return rows.size() - 1;
}

void widen(Timestamp& first, Timestamp& last, Timestamp now, bool is_first) {
  first = is_first ? now : std::min(first, now);
  last = is_first ? now : std::max(last, now);
}

}  // namespace

size_t AuditReport::device_of(const Event& event) {
  const Device& device = *event.device;
  const size_t at = place(device_places_, device.id, devices_);
  if (at == kNone) return at;
  ReportedDevice& row = devices_[at];
  row.id = device.id;
  // The newest that is known.
  if (!device.name.empty()) row.name = device.name;
  if (!device.mac.empty()) row.mac = device.mac;
  if (!device.vendor.empty()) row.vendor = device.vendor;
  if (!device.group.empty()) row.group = device.group;
  if (!device.ip.is_unspecified()) row.ip = device.ip.to_string();
  return at;
}

size_t AuditReport::recipient_of(const Destination& to) {
  const std::string host = to.hostname.empty() ? to.ip.to_string() : to.hostname;
  const size_t at = place(recipient_places_, {host, to.country}, recipients_);
  if (at == kNone) return at;
  Recipient& row = recipients_[at];
  if (row.host.empty()) {
    row = {host,   to.ip.to_string(), to.country,          to.as_org,
           to.app, to.operator_name,  to.operator_country, to.trust_reason,
           to.asn, to.trust};
  } else if (to.trust > row.trust) {
    row.trust = to.trust;
    row.trust_reason = to.trust_reason;
  }
  return at;
}

void AuditReport::take_finding(const Event& event, const Finding& finding) {
  const size_t device = device_of(event);
  const size_t recipient = recipient_of(*event.destination);
  if (device != kNone) ++devices_[device].findings;
  const size_t at = device == kNone || recipient == kNone
                        ? kNone
                        : place(exchange_places_, {device, recipient, finding.type}, exchanges_);
  if (at == kNone || evidence_.size() >= kMostEvidence) ++left_out_;
  if (at == kNone) return;
  Exchange& exchange = exchanges_[at];
  widen(exchange.first, exchange.last, event.ts, exchange.findings == 0);
  exchange.device = device;
  exchange.recipient = recipient;
  exchange.type = finding.type;
  ++exchange.findings;
  exchange.in_clear += finding.cleartext ? 1 : 0;
  exchange.confidence = std::max(exchange.confidence, finding.confidence);
  if (evidence_.size() >= kMostEvidence) return;
  const size_t capture = finding.packet.capture;
  evidence_.push_back({at, event_id(event, context_), finding, event.ts,
                       capture < context_.captures.size() ? context_.captures[capture] : ""});
}

void AuditReport::take_alert(const Event& event, const AlertEvent& alert) {
  ReportedAlert row{.device = device_of(event),
                    .recipient = recipient_of(*event.destination),
                    .event_id = event_id(event, context_),
                    .severity = alert.verdict.severity,
                    .rule = alert.verdict.rule,
                    .reason = alert.verdict.reason,
                    .count = alert.count,
                    .first = alert.first,
                    .last = alert.last};
  for (const Finding& finding : alert.findings) row.told.emplace_back(name_of(finding.type));
  if (row.told.empty()) row.told.push_back(alert.anomaly.empty() ? "contact" : alert.anomaly);
  if (row.device == kNone || row.recipient == kNone || alerts_.size() >= kMostRows) {
    ++left_out_;
    return;
  }
  alerts_.push_back(std::move(row));
}

void AuditReport::take_anomaly(const Event& event, const AnomalyEvent& anomaly) {
  const size_t device = device_of(event);
  const size_t to = event.destination ? recipient_of(*event.destination) : kNone;
  if (device == kNone || to == kNone || anomalies_.size() >= kMostRows) {
    ++left_out_;
    return;
  }
  anomalies_.push_back({device, to, event_id(event, context_), anomaly, event.ts});
}

void AuditReport::take_flow(const Event& event, const FlowEvent& flow) {
  const Ledger& ledger = event.flow->ledger;
  if (ledger.opaque + ledger.skipped > 0) {
    not_read_[ledger.reason] += ledger.opaque + ledger.skipped;
  }
  const size_t device = device_of(event);
  if (device == kNone) return;
  ++devices_[device].flows;
  devices_[device].bytes_out += ledger.bytes_out;
  if (flow.suspected == nullptr) return;
  const size_t to = recipient_of(*event.destination);
  const size_t at = to == kNone ? kNone : place(suspicion_places_, {device, to}, suspicions_);
  if (at == kNone) return;
  ReportedSuspicion& row = suspicions_[at];
  row.device = device;
  row.recipient = to;
  row.suspected = flow.suspected;
  ++row.flows;
  row.opaque += ledger.opaque;
}

void AuditReport::take(const Event& event) {
  if (const auto* stats = std::get_if<StatsEvent>(&event.payload)) stats_ = *stats;
  // A DHCP client without an address yet is no device of its own.
  if (!event.device || event.device->ip.is_unspecified()) return;
  if (const auto* finding = std::get_if<FindingEvent>(&event.payload)) {
    take_finding(event, finding->finding);
  } else if (const auto* alert = std::get_if<AlertEvent>(&event.payload)) {
    take_alert(event, *alert);
  } else if (const auto* anomaly = std::get_if<AnomalyEvent>(&event.payload)) {
    take_anomaly(event, *anomaly);
  } else if (const auto* flow = std::get_if<FlowEvent>(&event.payload)) {
    take_flow(event, *flow);
  } else if (std::holds_alternative<DeviceEvent>(event.payload)) {
    device_of(event);
  }
}

std::vector<size_t> AuditReport::sorted_exchanges() const {
  std::vector<size_t> places(exchanges_.size());
  std::iota(places.begin(), places.end(), size_t{0});
  const auto key = [this](size_t i) {
    const Exchange& row = exchanges_[i];
    return std::make_tuple(-static_cast<int>(recipients_[row.recipient].trust), class_of(row.type),
                           -static_cast<int64_t>(row.findings), row.type,
                           recipients_[row.recipient].host, devices_[row.device].id, i);
  };
  std::sort(places.begin(), places.end(), [&](size_t a, size_t b) { return key(a) < key(b); });
  return places;
}

std::vector<size_t> AuditReport::sorted_alerts() const {
  std::vector<size_t> places(alerts_.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::stable_sort(places.begin(), places.end(), [this](size_t a, size_t b) {
    return alerts_[a].severity < alerts_[b].severity;
  });
  return places;
}

std::vector<ReportedSuspicion> AuditReport::suspicions() const {
  std::vector<ReportedSuspicion> sorted = suspicions_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.opaque > b.opaque; });
  return sorted;
}

}  // namespace telltale
