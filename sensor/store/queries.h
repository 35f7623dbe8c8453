// Questions to a store, for the commands and the web page. Opened for reading only, beside whoever
// writes; one reader a thread. All throw StoreError.
//
// Lists come in pages: the newest (or what the sort puts) first, with a cursor to what follows,
// which stays right while events are added. Every question is made to be answered within 300 ms of
// a million findings and 500 devices (tests/bench/store_bench.cpp).
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sensor/base/time.h"
#include "sensor/store/filter.h"
#include "sensor/store/schema.h"

namespace telltale {

struct Page {
  size_t limit = 100;
  std::string cursor;  // `next` of the page before; empty for the first
};

struct EventRow {
  std::string id;
  Timestamp ts;
  std::string json;  // the event, as every sink got it
};

template <typename Row>
struct Paged {
  std::vector<Row> rows;
  std::string next;  // empty when this was the last page
};

// What a device, or a device at a destination, added up to since it was first seen.
struct Activity {
  Timestamp first_seen;
  Timestamp last_seen;
  uint64_t flows = 0;
  uint64_t bytes_out = 0;  // payload that left
  uint64_t bytes_in = 0;   // frames that came back
  uint64_t findings = 0;
  uint64_t alerts = 0;
  uint64_t anomalies = 0;
};

struct DeviceRow {
  std::string id, mac, vendor, name, ip, group;
  std::string json;  // the `device` object as last described
  Activity activity;
  std::vector<std::string> types;  // of the findings, by name; where asked for
};

struct DestinationRow {
  std::string device_id;
  std::string name;  // its host name; its address where it has none
  std::string ip, country, as_org, app, operator_name, operator_country, trust;
  std::string json;  // the `destination` object as last described
  std::string device_json;
  Activity activity;
  std::vector<std::string> types;
};

// What destinations that share `key` add up to. Members that differ among them are empty.
struct GroupRow {
  std::string key;
  std::string ip, country, as_org, app, operator_name, operator_country, trust, trust_reason;
  uint64_t devices = 0;
  uint64_t destinations = 0;
  Activity activity;
  std::vector<std::string> types;
};

enum class Grouping : uint8_t { name, operator_name, country, operator_country, app, device };
std::optional<Grouping> parse_grouping(std::string_view name);

enum class RowSort : uint8_t { last_seen, first_seen, bytes_out, findings, alerts, name };
std::optional<RowSort> parse_row_sort(std::string_view name);

// One line of JSON with the names of the events.
std::string to_json(const DeviceRow& row);
std::string to_json(const DestinationRow& row);

struct Count {
  std::string key;
  std::string label;  // of a device: its name; else the key
  uint64_t findings = 0;
};

struct TimeBucket {
  Timestamp start;
  std::vector<uint64_t> by_class;  // as Totals::classes are ordered
};

// Findings by each of their sides, most first. `destinations` are the top kTopCounts.
struct Totals {
  uint64_t findings = 0;
  uint64_t cleartext = 0;
  std::vector<Count> classes, types, trust, devices, destinations, countries, operators,
      operator_countries, apps;
  std::vector<TimeBucket> timeline;  // buckets without a finding are left out
};

struct CoverageSums {
  uint64_t flows = 0, bytes_out = 0, bytes_in = 0;
  uint64_t clear = 0, decrypted = 0, opaque = 0, lost = 0, skipped = 0, gaps = 0;
  uint64_t findings = 0, alerts = 0, anomalies = 0;
};

struct CoverageHour {
  Timestamp start;
  CoverageSums sums;
};

struct CoverageReport {
  CoverageSums sums;
  std::vector<std::pair<std::string, uint64_t>> not_read;  // reason -> bytes, most first
  std::vector<CoverageHour> hours;  // by time; without those nothing happened in
};

// What a device's score is made of.
struct ScoreInputs {
  std::string device_id;
  // class -> findings to {trusted, unknown, untrusted}
  std::vector<std::pair<std::string, std::array<uint64_t, 3>>> findings;
  uint64_t cleartext = 0;
  std::array<uint64_t, 3> alerts{};  // by severity 1, 2, 3
  uint64_t anomalies = 0;
  uint64_t bytes_out = 0;
  uint64_t bytes_opaque = 0;
};

struct StoreSummary {
  std::string sensor;
  std::optional<Timestamp> oldest, newest;  // findings, alerts, anomalies and flows
  uint64_t devices = 0;
  uint64_t bytes = 0;  // of the file that are in use
};

class StoreReader {
 public:
  static constexpr size_t kMaxPage = 10'000;
  static constexpr size_t kTopCounts = 100;

  explicit StoreReader(const std::string& path);
  ~StoreReader();
  StoreReader(const StoreReader&) = delete;

  // `kind` is one that has flows: finding, alert, notice, anomaly, flow.
  Paged<EventRow> events(EventKind kind, const EventFilter& filter, const Page& page);
  uint64_t count(EventKind kind, const EventFilter& filter);
  std::optional<EventRow> find_event(const std::string& id);
  // Events stored after `seq` but for flows, in the order they came, for following along; `seq` is
  // moved on. The place to begin at is newest_seq().
  std::vector<EventRow> events_after(int64_t& seq, size_t limit);
  int64_t newest_seq();
  std::optional<EventRow> newest_stats();

  Paged<DeviceRow> devices(const EventFilter& filter, RowSort sort, const Page& page);
  Paged<DestinationRow> destinations(const EventFilter& filter, RowSort sort, const Page& page);

  // `sort` by name means by key. Those that have no key (no known operator, say) are one group.
  Paged<GroupRow> destination_groups(const EventFilter& filter, Grouping by, RowSort sort,
                                     const Page& page);

  Totals totals(const EventFilter& filter, std::chrono::seconds bucket = std::chrono::hours(1));
  CoverageReport coverage(const EventFilter& filter);  // since, until, device
  std::vector<ScoreInputs> score_inputs(const EventFilter& filter);
  StoreSummary summary();

 private:
  std::unique_ptr<SQLite::Database> db_;
};

}  // namespace telltale
