#include "sensor/store/filter.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/store/statement.h"

namespace telltale {
namespace {

constexpr size_t kMaxDevicesNamed = 1'000;  // that one text may stand for

constexpr std::string_view kDeviceMatch =
    "(device_id = ? COLLATE NOCASE OR mac = ? COLLATE NOCASE OR ip = ? OR name = ? COLLATE NOCASE)";

std::vector<SqlValue> four_times(const std::string& text) { return {text, text, text, text}; }

// Ids of the devices that `text` stands for.
std::vector<SqlValue> devices_named(SQLite::Database& db, const std::string& text) {
  SQLite::Statement find(db,
                         "SELECT id FROM devices WHERE " + std::string(kDeviceMatch) + " LIMIT ?");
  start(find, std::string_view(text), std::string_view(text), std::string_view(text),
        std::string_view(text), static_cast<int64_t>(kMaxDevicesNamed));
  std::vector<SqlValue> ids;
  while (find.executeStep()) ids.emplace_back(find.getColumn(0).getInt64());
  return ids;
}

// "device = ?", or "device IN (?, ?)"; false when there is no such device.
bool limit_device(SQLite::Database& db, const EventFilter& filter, std::string_view column,
                  Conditions& where) {
  if (filter.device.empty()) return true;
  std::vector<SqlValue> ids = devices_named(db, filter.device);
  if (ids.empty()) return false;
  if (ids.size() == 1) {
    where.add(std::string(column) + " = ?", std::move(ids));
    return true;
  }
  std::string marks = "?";
  for (size_t i = 1; i < ids.size(); ++i) marks += ", ?";
  where.add(std::string(column) + " IN (" + marks + ")", std::move(ids));
  return true;
}

// The id of a name; null when the store has never seen it.
std::optional<int64_t> name_id(SQLite::Database& db, const std::string& text) {
  SQLite::Statement find(db, "SELECT id FROM names WHERE text = ?");
  start(find, std::string_view(ascii_lower(text)));
  if (!find.executeStep()) return std::nullopt;
  return find.getColumn(0).getInt64();
}

// False when no event ever had this name.
bool limit_name(SQLite::Database& db, const std::string& text, std::string_view sql,
                Conditions& where) {
  if (text.empty()) return true;
  const std::optional<int64_t> id = name_id(db, text);
  if (id) where.add(sql, *id);
  return id.has_value();
}

int64_t trust_number(const std::string& name) {
  if (iequals(name, "trusted")) return 0;
  return iequals(name, "untrusted") ? 2 : 1;
}

// Limits on the properties of a destination.
Conditions on_destination(const EventFilter& filter) {
  Conditions where;
  if (!filter.destination.empty()) {
    where.add("(instr(lower(name), ?) > 0 OR ip = ?)",
              std::vector<SqlValue>{ascii_lower(filter.destination), filter.destination});
  }
  if (!filter.country.empty()) where.add("country = ? COLLATE NOCASE", filter.country);
  if (!filter.operator_country.empty()) {
    where.add("operator_country = ? COLLATE NOCASE", filter.operator_country);
  }
  if (!filter.app.empty()) where.add("app = ? COLLATE NOCASE", filter.app);
  if (!filter.operator_name.empty()) where.add("operator = ? COLLATE NOCASE", filter.operator_name);
  return where;
}

void limit_time(const EventFilter& filter, std::string_view since, std::string_view until,
                Conditions& where) {
  if (filter.since) where.add(since, micros_of(*filter.since));
  if (filter.until) where.add(until, micros_of(*filter.until));
}

// What people type into a search field.
void limit_text(EventKind kind, const std::string& text, Conditions& where) {
  if (text.empty()) return;
  std::string sql =
      "(t.destination IN (SELECT id FROM destinations WHERE instr(lower(name), ?) > 0 OR"
      " instr(ip, ?) > 0 OR instr(lower(app), ?) > 0 OR instr(lower(operator), ?) > 0)"
      " OR t.device IN (SELECT id FROM devices WHERE instr(lower(name), ?) > 0 OR"
      " instr(ip, ?) > 0 OR instr(mac, ?) > 0 OR instr(lower(vendor), ?) > 0)";
  std::vector<SqlValue> values(8, ascii_lower(text));
  if (kind == EventKind::finding || kind == EventKind::anomaly) {
    sql += " OR t.type IN (SELECT id FROM names WHERE instr(text, ?) > 0)";
    values.emplace_back(ascii_lower(text));
  } else if (kind == EventKind::alert) {
    sql +=
        " OR t.seq IN (SELECT a.seq FROM alert_types a JOIN names n ON n.id = a.type"
        " WHERE instr(n.text, ?) > 0)";
    values.emplace_back(ascii_lower(text));
  }
  where.add(sql + ")", std::move(values));
}

// Notices have no table of their own: they are looked for in their text, which is few.
Conditions conditions_on_notices(const EventFilter& filter) {
  Conditions where;
  // As the index says it.
  where.add("t.kind >= 5 AND t.kind = ?", static_cast<int64_t>(EventKind::notice));
  limit_time(filter, "t.ts >= ?", "t.ts < ?", where);
  const std::pair<const std::string&, const char*> equal[] = {
      {filter.data_class, "$.alert.category"},
      {filter.trust, "$.destination.trust"},
      {filter.country, "$.destination.country"},
      {filter.operator_country, "$.destination.operator_country"},
      {filter.app, "$.destination.app"},
      {filter.operator_name, "$.destination.operator"}};
  for (const auto& [value, path] : equal) {
    if (value.empty()) continue;
    where.add("json_extract(t.json, '" + std::string(path) + "') = ? COLLATE NOCASE", value);
  }
  if (!filter.device.empty()) {
    where.add(
        "? COLLATE NOCASE IN (json_extract(t.json, '$.device.id'), json_extract(t.json,"
        " '$.device.mac'), json_extract(t.json, '$.device.ip'), json_extract(t.json,"
        " '$.device.name'))",
        filter.device);
  }
  if (!filter.type.empty()) {
    where.add(
        "(json_extract(t.json, '$.verdict.anomaly') = ? OR EXISTS (SELECT 1 FROM"
        " json_each(t.json, '$.verdict.findings') f WHERE json_extract(f.value, '$.type') = ?))",
        std::vector<SqlValue>{ascii_lower(filter.type), ascii_lower(filter.type)});
  }
  if (!filter.destination.empty()) {
    where.add("instr(lower(json_extract(t.json, '$.destination')), ?) > 0",
              ascii_lower(filter.destination));
  }
  if (!filter.text.empty()) where.add("instr(lower(t.json), ?) > 0", ascii_lower(filter.text));
  return where;
}

std::string_view type_condition(EventKind kind) {
  if (kind == EventKind::alert) {
    return "EXISTS (SELECT 1 FROM alert_types a WHERE a.seq = t.seq AND a.type = ?)";
  }
  return "t.type = ?";
}

}  // namespace

int64_t micros_of(Timestamp time) {
  return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}

Timestamp time_of(int64_t micros) {
  constexpr int64_t kMost = INT64_MAX / 1000;
  return Timestamp{std::chrono::microseconds(std::clamp(micros, -kMost, kMost))};
}

int Conditions::bind(SQLite::Statement& statement, int at) const {
  for (const SqlValue& value : values_) {
    std::visit([&](const auto& bound) { statement.bind(++at, bound); }, value);
  }
  return at;
}

std::string_view table_of_events(EventKind kind) {
  switch (kind) {
    case EventKind::finding:
      return "findings";
    case EventKind::alert:
      return "alerts";
    case EventKind::anomaly:
      return "anomalies";
    case EventKind::notice:
      return "events";
    default:
      return "flows";
  }
}

std::optional<Conditions> conditions_on_events(SQLite::Database& db, EventKind kind,
                                               const EventFilter& filter) {
  if (kind == EventKind::notice) return conditions_on_notices(filter);
  Conditions where;
  limit_time(filter, "t.ts >= ?", "t.ts < ?", where);
  if (!limit_device(db, filter, "t.device", where)) return std::nullopt;
  const bool has_class = kind == EventKind::finding || kind == EventKind::alert;
  const bool has_type = kind != EventKind::flow;
  if (has_class && !limit_name(db, filter.data_class, "t.class = ?", where)) return std::nullopt;
  if (has_type && !limit_name(db, filter.type, type_condition(kind), where)) return std::nullopt;
  if (kind == EventKind::flow && !limit_name(db, filter.app_proto, "t.app_proto = ?", where)) {
    return std::nullopt;
  }
  if (!filter.trust.empty()) where.add("t.trust = ?", trust_number(filter.trust));
  if (kind == EventKind::alert && filter.severity > 0) {
    where.add("t.severity <= ?", int64_t{filter.severity});
  }
  limit_text(kind, filter.text, where);
  const Conditions to = on_destination(filter);
  if (to.sql() != "true") {
    where.add("t.destination IN (SELECT id FROM destinations WHERE " + to.sql() + ")", to.values());
  }
  return where;
}

std::optional<Conditions> conditions_on_hours(SQLite::Database& db, const EventFilter& filter) {
  Conditions where;
  const auto hour = [](Timestamp time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
  };
  if (filter.since) where.add("t.hour >= ?", int64_t{hour(*filter.since)});
  if (filter.until) where.add("t.hour <= ?", int64_t{hour(*filter.until - Duration{1})});
  if (!limit_device(db, filter, "t.device", where)) return std::nullopt;
  return where;
}

Conditions conditions_on_devices(const EventFilter& filter) {
  Conditions where;
  limit_time(filter, "last_seen >= ?", "first_seen < ?", where);
  if (!filter.device.empty()) where.add(kDeviceMatch, four_times(filter.device));
  return where;
}

std::optional<Conditions> conditions_on_destinations(SQLite::Database& db,
                                                     const EventFilter& filter) {
  Conditions where = on_destination(filter);
  limit_time(filter, "d.last_seen >= ?", "d.first_seen < ?", where);
  if (!limit_device(db, filter, "d.device", where)) return std::nullopt;
  if (!filter.trust.empty()) where.add("d.trust = ?", trust_number(filter.trust));
  if (filter.data_class.empty() && filter.type.empty()) return where;
  Conditions told;
  if (!limit_name(db, filter.data_class, "class = ?", told)) return std::nullopt;
  if (!limit_name(db, filter.type, "type = ?", told)) return std::nullopt;
  where.add("d.id IN (SELECT destination FROM told WHERE " + told.sql() + ")", told.values());
  return where;
}

}  // namespace telltale
