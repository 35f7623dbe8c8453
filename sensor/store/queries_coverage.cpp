// The coverage ledger by the hour, and what a device's score is made of.
#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"
#include "sensor/store/row_scan.h"

namespace telltale {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;

CoverageSums coverage_at(const RowScan& row, int at) {
  CoverageSums sums;
  uint64_t* const members[] = {&sums.flows,     &sums.bytes_out, &sums.bytes_in, &sums.clear,
                               &sums.decrypted, &sums.opaque,    &sums.lost,     &sums.skipped,
                               &sums.gaps,      &sums.findings,  &sums.alerts,   &sums.anomalies};
  for (uint64_t* member : members) *member = row.count(at++);
  return sums;
}

void add_up(CoverageSums& sums, const CoverageSums& hour) {
  sums.flows += hour.flows;
  sums.bytes_out += hour.bytes_out;
  sums.bytes_in += hour.bytes_in;
  sums.clear += hour.clear;
  sums.decrypted += hour.decrypted;
  sums.opaque += hour.opaque;
  sums.lost += hour.lost;
  sums.skipped += hour.skipped;
  sums.gaps += hour.gaps;
  sums.findings += hour.findings;
  sums.alerts += hour.alerts;
  sums.anomalies += hour.anomalies;
}

struct DeviceInputs {
  std::map<int64_t, std::array<uint64_t, 3>> findings;  // by class
  ScoreInputs sums;
};

// By row of devices. Rows of one device often follow each other.
class AllInputs {
 public:
  DeviceInputs& operator[](int64_t device) {
    if (last_ == nullptr || device != last_device_) {
      last_ = &inputs_[device];
      last_device_ = device;
    }
    return *last_;
  }
  std::map<int64_t, DeviceInputs> sorted() && {
    return {std::make_move_iterator(inputs_.begin()), std::make_move_iterator(inputs_.end())};
  }

 private:
  std::unordered_map<int64_t, DeviceInputs> inputs_;
  DeviceInputs* last_ = nullptr;
  int64_t last_device_ = 0;
};

void add_findings(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_events(db, EventKind::finding, filter);
  if (!where) return;
  RowScan row(
      db, "SELECT t.device, t.class, t.trust, t.cleartext FROM findings t WHERE " + where->sql(),
      *where);
  while (row.next()) {
    DeviceInputs& device = all[row.integer(0)];
    const auto trust = static_cast<size_t>(std::clamp<int64_t>(row.integer(2), 0, 2));
    ++device.findings[row.integer(1)][trust];
    device.sums.cleartext += row.integer(3) != 0 ? 1 : 0;
  }
}

void add_alerts(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_events(db, EventKind::alert, filter);
  if (!where) return;
  RowScan row(db, "SELECT t.device, t.severity FROM alerts t WHERE " + where->sql(), *where);
  while (row.next()) {
    const int64_t severity = std::clamp<int64_t>(row.integer(1), 1, 3);
    ++all[row.integer(0)].sums.alerts[static_cast<size_t>(severity - 1)];
  }
}

// Summed here: by hour is how the rows lie, by device they would have to be sorted.
void add_hours(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_hours(db, filter);
  if (!where) return;
  RowScan row(
      db,
      "SELECT t.device, t.bytes_out, t.opaque, t.anomalies FROM coverage t WHERE " + where->sql(),
      *where);
  while (row.next()) {
    ScoreInputs& sums = all[row.integer(0)].sums;
    sums.bytes_out += row.count(1);
    sums.bytes_opaque += row.count(2);
    sums.anomalies += row.count(3);
  }
}

}  // namespace

CoverageReport StoreReader::coverage(const EventFilter& filter) {
  return asked(*db_, [&]() -> CoverageReport {
    CoverageReport report;
    const std::optional<Conditions> where = conditions_on_hours(*db_, filter);
    if (!where) return report;
    // Summed here: that costs a fraction of GROUP BY.
    std::map<int64_t, CoverageSums> hours;
    RowScan row(
        *db_,
        "SELECT t.hour, flows, bytes_out, bytes_in, clear, decrypted, opaque, lost, skipped,"
        " gaps, findings, alerts, anomalies FROM coverage t WHERE " +
            where->sql(),
        *where);
    CoverageSums* hour = nullptr;
    for (int64_t last = 0; row.next(); last = row.integer(0)) {
      if (hour == nullptr || row.integer(0) != last) hour = &hours[row.integer(0)];
      add_up(*hour, coverage_at(row, 1));
    }
    for (const auto& [number, sums] : hours) {
      report.hours.push_back({time_of(number * kMicrosPerHour), sums});
      add_up(report.sums, sums);
    }
    std::map<int64_t, uint64_t> reasons;
    RowScan reason(*db_, "SELECT t.reason, t.bytes FROM not_read t WHERE " + where->sql(), *where);
    while (reason.next()) reasons[reason.integer(0)] += reason.count(1);
    SQLite::Statement name(*db_, "SELECT text FROM names WHERE id = ?");
    for (const auto& [id, bytes] : reasons) {
      name.tryReset();
      name.bind(1, id);
      if (name.executeStep()) report.not_read.emplace_back(name.getColumn(0).getString(), bytes);
    }
    std::sort(report.not_read.begin(), report.not_read.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return report;
  });
}

std::vector<ScoreInputs> StoreReader::score_inputs(const EventFilter& filter) {
  return asked(*db_, [&] {
    AllInputs all;
    add_findings(*db_, filter, all);
    add_alerts(*db_, filter, all);
    add_hours(*db_, filter, all);
    SQLite::Statement device(*db_, "SELECT device_id FROM devices WHERE id = ?");
    SQLite::Statement name(*db_, "SELECT text FROM names WHERE id = ?");
    const auto text_of = [](SQLite::Statement& query, int64_t id) {
      query.tryReset();
      query.bind(1, id);
      return query.executeStep() ? query.getColumn(0).getString() : std::string();
    };
    std::vector<ScoreInputs> inputs;
    for (auto& [id, sums] : std::move(all).sorted()) {
      sums.sums.device_id = text_of(device, id);
      if (sums.sums.device_id.empty()) continue;
      for (const auto& [data_class, counts] : sums.findings) {
        sums.sums.findings.emplace_back(text_of(name, data_class), counts);
      }
      inputs.push_back(std::move(sums.sums));
    }
    return inputs;
  });
}

}  // namespace telltale
