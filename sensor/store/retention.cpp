#include "sensor/store/retention.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "sensor/store/database.h"
#include "sensor/store/statement.h"

namespace telltale {
namespace {

constexpr int64_t kStep = 10'000;          // events of a kind that go at once
constexpr int64_t kBytesPerEvent = 1'000;  // with its part of all tables
constexpr int64_t kMicrosPerHour = 3'600'000'000;

// The table that orders the events of `kind` by time, with the condition that picks them in it.
std::string table_of(EventKind kind) {
  switch (kind) {
    case EventKind::finding:
      return "findings WHERE true";
    case EventKind::alert:
      return "alerts WHERE true";
    case EventKind::anomaly:
      return "anomalies WHERE true";
    case EventKind::flow:
      return "flows WHERE true";
    case EventKind::device:
    case EventKind::stats:
    case EventKind::notice:
      break;
  }
  // In words the planner knows the partial index by.
  return fmt::format("events WHERE kind >= 5 AND kind = {}", static_cast<int>(kind));
}

bool has_own_table(EventKind kind) { return kind < EventKind::device; }

std::string mark_of(EventKind kind) { return fmt::format("kept_since.{}", name_of(kind)); }

struct Place {
  int64_t ts = 0;
  int64_t seq = 0;
};

// The place up to which the `count` oldest events of `kind` before `cutoff` reach.
std::optional<Place> reach_of(SQLite::Database& db, EventKind kind, int64_t cutoff, int64_t count) {
  SQLite::Statement last(
      db, fmt::format("SELECT ts, seq FROM (SELECT ts, seq FROM {} AND ts < ?"
                      " ORDER BY ts, seq LIMIT ?) ORDER BY ts DESC, seq DESC LIMIT 1",
                      table_of(kind)));
  start(last, cutoff, count);
  if (!last.executeStep()) return std::nullopt;
  return Place{last.getColumn(0).getInt64(), last.getColumn(1).getInt64()};
}

// False when there is no event of `kind` before `cutoff`.
bool prune_kind(SQLite::Database& db, EventKind kind, int64_t cutoff, int64_t count) {
  const std::optional<Place> reach = reach_of(db, kind, cutoff, count);
  if (!reach) return false;
  const std::string doomed =
      fmt::format("SELECT seq FROM {} AND (ts, seq) <= (?, ?)", table_of(kind));
  const auto remove = [&](const std::string& sql) {
    SQLite::Statement statement(db, sql);
    run(statement, reach->ts, reach->seq);
  };
  if (kind == EventKind::alert) {
    remove(fmt::format("DELETE FROM alert_types WHERE seq IN ({})", doomed));
  }
  remove(fmt::format("DELETE FROM events WHERE seq IN ({})", doomed));
  if (has_own_table(kind)) {
    remove(fmt::format("DELETE FROM {} AND (ts, seq) <= (?, ?)", table_of(kind)));
  }
  SQLite::Statement mark(db, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
  run(mark, mark_of(kind), std::to_string(std::max(kept_since(db, kind), reach->ts + 1)));
  return true;
}

// REQUIRES: there are no flows any more.
bool prune_quiet_destinations(SQLite::Database& db, int64_t count) {
  SQLite::Statement statement(db,
                              "DELETE FROM destinations WHERE id IN (SELECT id FROM destinations"
                              " WHERE findings = 0 AND alerts = 0 AND anomalies = 0"
                              " ORDER BY last_seen LIMIT ?)");
  return run(statement, count) > 0;
}

}  // namespace

int64_t kept_since(SQLite::Database& db, EventKind kind) {
  SQLite::Statement statement(db, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?");
  start(statement, mark_of(kind));
  return statement.executeStep() ? statement.getColumn(0).getInt64() : INT64_MIN;
}

int64_t used_bytes(SQLite::Database& db) {
  const int64_t pages = number_of(db, "PRAGMA page_count") - number_of(db, "PRAGMA freelist_count");
  return pages * number_of(db, "PRAGMA page_size");
}

bool prune_by_age(SQLite::Database& db, int64_t cutoff_us) {
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  bool more = false;
  for (EventKind kind : kEventKinds) more |= prune_kind(db, kind, cutoff_us, kStep);
  if (!more) {
    const int64_t hour = cutoff_us / kMicrosPerHour;
    for (const char* sql :
         {"DELETE FROM coverage WHERE hour < ?", "DELETE FROM not_read WHERE hour < ?"}) {
      SQLite::Statement statement(db, sql);
      run(statement, hour);
    }
    for (const char* sql : {"DELETE FROM told WHERE destination IN"
                            " (SELECT id FROM destinations WHERE last_seen < ?)",
                            "DELETE FROM destinations WHERE last_seen < ?",
                            "DELETE FROM devices WHERE last_seen < ?"}) {
      SQLite::Statement statement(db, sql);
      run(statement, cutoff_us);
    }
  }
  transaction.commit();
  return more;
}

bool prune_by_size(SQLite::Database& db, int64_t max_bytes) {
  const int64_t used = used_bytes(db);
  if (used <= max_bytes) return false;
  // Some more than needed, so that this is not done for every batch.
  const int64_t target = max_bytes - max_bytes / 20;
  const int64_t count = std::clamp((used - target) / kBytesPerEvent, int64_t{100}, kStep);
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  const auto oldest = [&](EventKind kind) { return prune_kind(db, kind, INT64_MAX, count); };
  const bool pruned = oldest(EventKind::flow) || oldest(EventKind::stats) ||
                      oldest(EventKind::notice) ||
                      oldest(EventKind::device) || prune_quiet_destinations(db, count) ||
                      oldest(EventKind::anomaly) || oldest(EventKind::finding) ||
                      oldest(EventKind::alert);
  transaction.commit();
  return pruned && used_bytes(db) > target;
}

void shrink(SQLite::Database& db) {
  const int64_t pages = number_of(db, "PRAGMA page_count");
  if (number_of(db, "PRAGMA freelist_count") * 10 > pages)
    db.exec("PRAGMA incremental_vacuum(4096)");
}

}  // namespace telltale
