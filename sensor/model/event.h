// Events: what telltale tells the world. Each owns its text, so that it can be moved to another thread.
//
// An event is described once, in sensor/output/describe.cpp; every sink is fed from that description.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sensor/base/weird.h"
#include "sensor/model/finding.h"
#include "sensor/model/flow.h"

namespace telltale {

struct Device {
  std::string id;  // stable: the MAC where it is the device's own, else the address
  std::string mac;
  std::string vendor;
  std::string name;
  std::string name_source;  // config, dhcp, mdns, ...
  IpAddress ip;
  std::string group;
  // The id is that of an earlier MAC, as what it says of itself agrees (policy/mac_joins.h).
  bool inferred = false;
};

enum class HostnameSource : uint8_t { none, http_host, tls_sni, dns, quic_sni, cert };
std::string_view name_of(HostnameSource source);

enum class Trust : uint8_t { trusted, unknown, untrusted };
std::string_view name_of(Trust trust);

struct Destination {
  IpAddress ip;
  std::string hostname;
  HostnameSource hostname_source = HostnameSource::none;
  bool hostname_unverified = false;  // only the device claims it, and its DNS answers say otherwise
  std::string dns_name;              // what those answers call the address, where it is unverified
  std::string country;               // ISO 3166-1 alpha-2
  uint32_t asn = 0;                  // 0 when unknown
  std::string as_org;
  std::string app;
  std::string operator_name;
  std::string operator_country;
  Trust trust = Trust::unknown;
  std::string trust_reason;  // the list and the entry that decided
};

enum class VerdictKind : uint8_t { allow, notice, alert };
std::string_view name_of(VerdictKind verdict);

struct Verdict {
  VerdictKind kind = VerdictKind::allow;
  int severity = 3;  // 1 worst .. 3; of a notice always 3
  uint32_t signature_id = 0;
  std::string rule;
  std::string reason;
  std::chrono::seconds window{0};  // within which repetitions are folded into one event
  std::string muted_by;            // the mute that covers it; empty: none

  // Is it to become an event of its own?
  bool is_told() const { return kind != VerdictKind::allow && muted_by.empty(); }
};

struct FindingEvent {
  Finding finding;
};

struct AlertEvent {
  Verdict verdict;
  std::vector<Finding> findings;  // the first of each type
  std::string anomaly;            // when an anomaly was judged
  uint64_t count = 1;             // occurrences folded into this alert
  Timestamp first;
  Timestamp last;
  bool update = false;  // told before, when it was first seen; now with its count
};

// What a rule calls worth knowing but not worth a person's time: told as an event like an alert's, of type
// "notice", that nobody is called for.
struct NoticeEvent : AlertEvent {};

struct AnomalyEvent {
  std::string type;
  double score = 0;
  std::vector<std::pair<std::string, std::string>> evidence;
};

enum class FlowEndReason : uint8_t { closed, timeout, evicted, shutdown };
std::string_view name_of(FlowEndReason reason);

// What the catalogue knows a server's app to collect, where it could not be seen what was sent: a
// hint for people, never a finding.
struct Suspicion {
  std::string app;
  std::vector<DataType> types;
  std::string source;  // of the catalogue's facts
};

struct FlowEvent {
  FlowEndReason reason = FlowEndReason::timeout;
  std::shared_ptr<const Suspicion> suspected;  // null: none
};

struct DeviceEvent {};

// A receiver of events, as far as its queue goes.
struct OutputStats {
  std::string name;  // "webhook https://..."
  uint64_t sent = 0;
  uint64_t waiting = 0;
  uint64_t dropped = 0;  // too much waited
  uint64_t refused = 0;  // the receiver would never take them
};

struct StatsEvent {
  std::vector<OutputStats> outputs;  // of a running sensor
  uint64_t packets = 0;
  uint64_t bytes = 0;
  uint64_t dropped = 0;
  uint64_t flows = 0;
  uint64_t evictions = 0;
  uint64_t memory_peak = 0;  // bytes accounted to bounded buffers, summed over shards
  uint64_t findings = 0;
  uint64_t alerts = 0;
  uint64_t notices = 0;
  uint64_t muted = 0;  // occurrences that a mute kept from becoming either
  uint64_t anomalies = 0;
  std::map<std::string, uint64_t> transport;  // packets by protocol: "tcp", "udp", "sctp", ...
  Ledger coverage;
  WeirdCounts weird;
};

using Payload =
    std::variant<FindingEvent, AlertEvent, AnomalyEvent, FlowEvent, DeviceEvent, StatsEvent,
                 NoticeEvent>;

struct Event {
  Timestamp ts;
  FrameRef order;        // the frame whose processing made it: events are merged in this order
  uint64_t sequence = 0; // among the events of one flow; part of event_id
  std::optional<Flow> flow;
  std::optional<Device> device;
  std::optional<Destination> destination;
  Payload payload;
};

// An alert's or a notice's body; null for other events.
inline const AlertEvent* alert_of(const Event& event) {
  if (const auto* alert = std::get_if<AlertEvent>(&event.payload)) return alert;
  return std::get_if<NoticeEvent>(&event.payload);
}

}  // namespace telltale
