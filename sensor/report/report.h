// The report of an audit: what went from which device to whom, with the evidence for it, what could
// not be seen, and what was looked at. Gathered from the events every sink gets; written as a page,
// or as JSON, CSV or SARIF for programs (formats.inc).
//
// Nothing in it depends on the clock or the machine, so that the same captures, configuration and
// data give the same report, byte for byte.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sensor/model/event.h"
#include "sensor/output/describe.h"

namespace telltale {

// A report that cannot be written or read; what() is the line for the user.
class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ReportedFile {
  std::string path;
  std::string sha256;  // hex; empty where it could not be read again (standard input)
  uint64_t bytes = 0;
};

struct ReportedCapture {
  ReportedFile file;
  uint64_t packets = 0;
  Timestamp first, last;  // the epoch while there is no packet
};

struct ReportedData {
  std::string name;   // of the database's file
  std::string type;   // as it calls itself
  std::string built;  // "2022-10-29"
  std::string licence;
};

// What was looked at, and with what.
struct ReportContext {
  std::string sensor;
  std::string version;
  std::vector<std::pair<std::string, std::string>> libraries;
  std::vector<ReportedCapture> captures;  // by FrameRef::capture
  std::vector<ReportedFile> keys;
  std::vector<ReportedFile> configuration;  // the file and the policies put on top
  std::vector<std::string> policies;        // shipped packs by name
  size_t rules = 0;
  std::vector<ReportedData> data;
  std::vector<std::string> problems;  // of the inputs, a line each
  bool masked = true;
};

struct ReportedDevice {
  std::string id, name, mac, vendor, ip, group;
  uint64_t flows = 0;
  uint64_t bytes_out = 0;
  uint64_t findings = 0;
};

// Whom something was told: a server's name (its address where it has none) in one country.
struct Recipient {
  std::string host, ip, country, as_org, app, operator_name, operator_country, trust_reason;
  uint32_t asn = 0;
  Trust trust = Trust::unknown;
};

// One type of data that one device told one recipient.
struct Exchange {
  size_t device = 0;     // in devices()
  size_t recipient = 0;  // in recipients()
  DataType type = DataType::imei;
  uint64_t findings = 0;  // flows it was found in
  uint64_t in_clear = 0;  // of them, without encryption
  double confidence = 0;  // the highest
  Timestamp first, last;
};

struct Evidence {
  size_t exchange = 0;  // in exchanges()
  std::string event_id;
  Finding finding;
  Timestamp ts;
  std::string capture;  // its file
};

struct ReportedAlert {
  size_t device = 0;
  size_t recipient = 0;
  std::string event_id;
  int severity = 3;
  std::string rule, reason;
  std::vector<std::string> told;  // types, or the anomaly
  uint64_t count = 0;
  Timestamp first, last;
};

struct ReportedAnomaly {
  size_t device = 0;
  size_t recipient = 0;
  std::string event_id;
  AnomalyEvent anomaly;
  Timestamp ts;
};

// What could not be read of what a device sent to a recipient whose app the catalogue knows to
// collect data: a hint, no finding.
struct ReportedSuspicion {
  size_t device = 0;
  size_t recipient = 0;
  std::shared_ptr<const Suspicion> suspected;
  uint64_t flows = 0;
  uint64_t opaque = 0;  // bytes
};

class AuditReport {
 public:
  // More are counted, and no report names them one by one.
  static constexpr size_t kMostEvidence = 50'000;
  static constexpr size_t kMostRows = 50'000;

  explicit AuditReport(EventContext context) : context_(std::move(context)) {}
  void take(const Event& event);

  const std::vector<ReportedDevice>& devices() const { return devices_; }
  const std::vector<Recipient>& recipients() const { return recipients_; }
  const std::vector<Exchange>& exchanges() const { return exchanges_; }
  const std::vector<Evidence>& evidence() const { return evidence_; }
  const std::vector<ReportedAlert>& alerts() const { return alerts_; }
  const std::vector<ReportedAnomaly>& anomalies() const { return anomalies_; }
  // Most bytes first.
  std::vector<ReportedSuspicion> suspicions() const;
  const StatsEvent& stats() const { return stats_; }
  const std::map<NotInspected, uint64_t>& not_read() const { return not_read_; }  // bytes
  uint64_t left_out() const { return left_out_; }  // findings, alerts, anomalies

  // Places in exchanges(): least trusted first, then by class and how often.
  std::vector<size_t> sorted_exchanges() const;
  // Places in alerts(): most severe first.
  std::vector<size_t> sorted_alerts() const;

 private:
  size_t device_of(const Event& event);
  size_t recipient_of(const Destination& to);
  void take_finding(const Event& event, const Finding& finding);
  void take_alert(const Event& event, const AlertEvent& alert);
  void take_anomaly(const Event& event, const AnomalyEvent& anomaly);
  void take_flow(const Event& event, const FlowEvent& flow);

  EventContext context_;
  std::vector<ReportedDevice> devices_;
  std::vector<Recipient> recipients_;
  std::vector<Exchange> exchanges_;
  std::vector<Evidence> evidence_;
  std::vector<ReportedAlert> alerts_;
  std::vector<ReportedAnomaly> anomalies_;
  std::vector<ReportedSuspicion> suspicions_;
  std::map<std::string, size_t> device_places_;
  std::map<std::tuple<std::string, std::string>, size_t> recipient_places_;
  std::map<std::tuple<size_t, size_t, DataType>, size_t> exchange_places_;
  std::map<std::tuple<size_t, size_t>, size_t> suspicion_places_;
  std::map<NotInspected, uint64_t> not_read_;
  StatsEvent stats_;
  uint64_t left_out_ = 0;
};

// Names for people, as in every text of the report.
std::string label_of(const ReportedDevice& device);
std::string label_of(const Recipient& to);              // the organisation behind it
std::string place_of(const Recipient& to);              // "DE", "DE, run from CN"
std::string_view words_of(DataType type);               // "contact list"
std::string_view words_of(DataClass data_class);        // "Contacts"
std::string_view words_of(NotInspected reason);         // "encrypted, and no keys were given"
std::string evidence_filter(const Evidence& evidence);  // for Wireshark

}  // namespace telltale
