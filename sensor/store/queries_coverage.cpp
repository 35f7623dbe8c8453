// The coverage ledger by the hour, and what a device's score is made of.
#include <algorithm>
#include <map>

#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"

namespace telltale {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;

CoverageSums coverage_at(SQLite::Statement& row, int at) {
  CoverageSums sums;
  uint64_t* const members[] = {&sums.flows,     &sums.bytes_out, &sums.bytes_in, &sums.clear,
                               &sums.decrypted, &sums.opaque,    &sums.lost,     &sums.skipped,
                               &sums.gaps,      &sums.findings,  &sums.alerts,   &sums.anomalies};
  for (uint64_t* member : members) *member = unsigned_at(row, at++);
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

// Adds what the rows of `sql` say (device, then whatever) to the inputs of their devices.
template <typename OnRow>
void each_row(SQLite::Database& db, const std::string& sql, const Conditions& where, OnRow on_row) {
  SQLite::Statement query(db, sql);
  where.bind(query);
  while (query.executeStep()) on_row(query);
}

struct DeviceInputs {
  std::map<int64_t, std::array<uint64_t, 3>> findings;  // by class
  ScoreInputs sums;
};

using AllInputs = std::map<int64_t, DeviceInputs>;  // by row of devices

void add_findings(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_events(db, EventKind::finding, filter);
  if (!where) return;
  each_row(db,
           "SELECT t.device, t.class, t.trust, t.cleartext FROM findings t WHERE " + where->sql(),
           *where, [&](SQLite::Statement& row) {
             DeviceInputs& device = all[row.getColumn(0).getInt64()];
             const auto trust = static_cast<size_t>(std::clamp(row.getColumn(2).getInt(), 0, 2));
             ++device.findings[row.getColumn(1).getInt64()][trust];
             device.sums.cleartext += row.getColumn(3).getInt() != 0 ? 1 : 0;
           });
}

void add_alerts(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_events(db, EventKind::alert, filter);
  if (!where) return;
  each_row(db, "SELECT t.device, t.severity FROM alerts t WHERE " + where->sql(), *where,
           [&](SQLite::Statement& row) {
             const int severity = std::clamp(row.getColumn(1).getInt(), 1, 3);
             ++all[row.getColumn(0).getInt64()].sums.alerts[static_cast<size_t>(severity - 1)];
           });
}

// Summed here: by hour is how the rows lie, by device they would have to be sorted.
void add_hours(SQLite::Database& db, const EventFilter& filter, AllInputs& all) {
  const auto where = conditions_on_hours(db, filter);
  if (!where) return;
  each_row(
      db,
      "SELECT t.device, t.bytes_out, t.opaque, t.anomalies FROM coverage t WHERE " + where->sql(),
      *where, [&](SQLite::Statement& row) {
        ScoreInputs& sums = all[row.getColumn(0).getInt64()].sums;
        sums.bytes_out += unsigned_at(row, 1);
        sums.bytes_opaque += unsigned_at(row, 2);
        sums.anomalies += unsigned_at(row, 3);
      });
}

}  // namespace

CoverageReport StoreReader::coverage(const EventFilter& filter) {
  return asked(*db_, [&]() -> CoverageReport {
    CoverageReport report;
    const std::optional<Conditions> where = conditions_on_hours(*db_, filter);
    if (!where) return report;
    each_row(*db_,
             "SELECT t.hour, sum(flows), sum(bytes_out), sum(bytes_in), sum(clear), sum(decrypted),"
             " sum(opaque), sum(lost), sum(skipped), sum(gaps), sum(findings), sum(alerts),"
             " sum(anomalies) FROM coverage t WHERE " +
                 where->sql() + " GROUP BY t.hour ORDER BY t.hour",
             *where, [&](SQLite::Statement& row) {
               CoverageHour& hour = report.hours.emplace_back();
               hour.start = time_of(row.getColumn(0).getInt64() * kMicrosPerHour);
               hour.sums = coverage_at(row, 1);
               add_up(report.sums, hour.sums);
             });
    each_row(
        *db_,
        "SELECT n.text, sum(t.bytes) AS all_bytes FROM not_read t JOIN names n ON n.id = t.reason"
        " WHERE " +
            where->sql() + " GROUP BY n.text ORDER BY all_bytes DESC, n.text",
        *where, [&](SQLite::Statement& row) {
          report.not_read.emplace_back(row.getColumn(0).getString(), unsigned_at(row, 1));
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
    for (auto& [id, sums] : all) {
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
