#include "sensor/store/schema.h"

#include <array>
#include <string>

#include "sensor/store/database.h"

namespace telltale {
namespace {

// Times are microseconds since 1970-01-01T00:00:00Z, hours are hours since then. trust: 0 trusted,
// 1 unknown, 2 untrusted. class, type, app_proto, rule and reason are ids of names. What has a
// time of its own is clustered by it, as nearly all questions are "the newest" or "since when".
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE names(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE devices(
  id INTEGER PRIMARY KEY,
  device_id TEXT NOT NULL UNIQUE,
  mac TEXT NOT NULL, vendor TEXT NOT NULL, name TEXT NOT NULL, ip TEXT NOT NULL,
  group_name TEXT NOT NULL,
  json TEXT NOT NULL, described INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  flows INTEGER NOT NULL DEFAULT 0, bytes_out INTEGER NOT NULL DEFAULT 0,
  bytes_in INTEGER NOT NULL DEFAULT 0, findings INTEGER NOT NULL DEFAULT 0,
  alerts INTEGER NOT NULL DEFAULT 0, anomalies INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE destinations(
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL,
  ip TEXT NOT NULL, asn INTEGER NOT NULL, as_org TEXT NOT NULL, app TEXT NOT NULL,
  operator TEXT NOT NULL, operator_country TEXT NOT NULL, trust INTEGER NOT NULL,
  json TEXT NOT NULL, described INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  flows INTEGER NOT NULL DEFAULT 0, bytes_out INTEGER NOT NULL DEFAULT 0,
  bytes_in INTEGER NOT NULL DEFAULT 0, findings INTEGER NOT NULL DEFAULT 0,
  alerts INTEGER NOT NULL DEFAULT 0, anomalies INTEGER NOT NULL DEFAULT 0,
  UNIQUE(device, name, country)) STRICT;

CREATE TABLE told(
  destination INTEGER NOT NULL, type INTEGER NOT NULL, class INTEGER NOT NULL,
  findings INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY(destination, type)) WITHOUT ROWID, STRICT;

CREATE TABLE events(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, ts INTEGER NOT NULL, kind INTEGER NOT NULL,
  json TEXT NOT NULL) STRICT;
CREATE INDEX events_of_no_device ON events(kind, ts) WHERE kind >= 5;

CREATE TABLE findings(
  ts INTEGER NOT NULL, seq INTEGER NOT NULL,
  device INTEGER NOT NULL, destination INTEGER NOT NULL,
  class INTEGER NOT NULL, type INTEGER NOT NULL, trust INTEGER NOT NULL,
  cleartext INTEGER NOT NULL,
  PRIMARY KEY(ts, seq)) WITHOUT ROWID, STRICT;
CREATE INDEX findings_of_device ON findings(device, ts);

CREATE TABLE alerts(
  ts INTEGER NOT NULL, seq INTEGER NOT NULL,
  device INTEGER NOT NULL, destination INTEGER NOT NULL,
  class INTEGER NOT NULL, severity INTEGER NOT NULL, rule INTEGER NOT NULL,
  trust INTEGER NOT NULL,
  PRIMARY KEY(ts, seq)) WITHOUT ROWID, STRICT;
CREATE INDEX alerts_of_device ON alerts(device, ts);
CREATE TABLE alert_types(
  seq INTEGER NOT NULL, type INTEGER NOT NULL,
  PRIMARY KEY(seq, type)) WITHOUT ROWID, STRICT;

CREATE TABLE anomalies(
  ts INTEGER NOT NULL, seq INTEGER NOT NULL,
  device INTEGER NOT NULL, destination INTEGER NOT NULL,
  type INTEGER NOT NULL, score REAL NOT NULL, trust INTEGER NOT NULL,
  PRIMARY KEY(ts, seq)) WITHOUT ROWID, STRICT;
CREATE INDEX anomalies_of_device ON anomalies(device, ts);

CREATE TABLE flows(
  ts INTEGER NOT NULL, seq INTEGER NOT NULL,
  device INTEGER NOT NULL, destination INTEGER NOT NULL,
  app_proto INTEGER NOT NULL, trust INTEGER NOT NULL,
  PRIMARY KEY(ts, seq)) WITHOUT ROWID, STRICT;
CREATE INDEX flows_of_device ON flows(device, ts);

CREATE TABLE coverage(
  hour INTEGER NOT NULL, device INTEGER NOT NULL,
  flows INTEGER NOT NULL, bytes_out INTEGER NOT NULL, bytes_in INTEGER NOT NULL,
  clear INTEGER NOT NULL, decrypted INTEGER NOT NULL, opaque INTEGER NOT NULL,
  lost INTEGER NOT NULL, skipped INTEGER NOT NULL, gaps INTEGER NOT NULL,
  findings INTEGER NOT NULL, alerts INTEGER NOT NULL, anomalies INTEGER NOT NULL,
  PRIMARY KEY(hour, device)) WITHOUT ROWID, STRICT;
CREATE INDEX coverage_of_device ON coverage(device, hour);
CREATE TABLE not_read(
  hour INTEGER NOT NULL, device INTEGER NOT NULL, reason INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY(hour, device, reason)) WITHOUT ROWID, STRICT;
)sql";

// Index + 1 is the version that the script leads to.
constexpr std::array<const char*, kSchemaVersion> kScripts = {kVersion1};

constexpr std::string_view kKindNames[] = {"",     "finding", "alert", "anomaly",
                                           "flow", "device",  "stats",   "notice"};

}  // namespace

std::string_view name_of(EventKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<EventKind> parse_event_kind(std::string_view event_type) {
  for (EventKind kind : kEventKinds) {
    if (name_of(kind) == event_type) return kind;
  }
  return std::nullopt;
}

void migrate(SQLite::Database& db) {
  // Several processes may open an old store at once: who comes second finds nothing left to do.
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  const int64_t have = number_of(db, "PRAGMA user_version");
  if (have >= kSchemaVersion) return;
  for (auto version = static_cast<size_t>(have); version < kScripts.size(); ++version) {
    db.exec(kScripts[version]);
  }
  const std::string now = std::to_string(kSchemaVersion);
  db.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  db.exec("PRAGMA user_version = " + now);
  SQLite::Statement note(db, "INSERT OR REPLACE INTO meta VALUES('schema_version', ?)");
  note.bind(1, now);
  note.exec();
  transaction.commit();
}

}  // namespace telltale
