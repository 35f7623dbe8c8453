// What a question to the store is limited to, and how that becomes SQL. Values are always bound,
// never part of the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "sensor/base/time.h"
#include "sensor/store/schema.h"

namespace telltale {

// Empty members do not limit. Texts are compared without regard to case (ASCII).
struct EventFilter {
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;  // not included
  std::string device;              // its id, MAC, address or name
  std::string destination;         // part of its name, or its address
  std::string data_class;          // contacts, location, identifiers; "anomaly" for alerts on one
  std::string type;                // imei, ...; of an anomaly: beacon, ...
  std::string trust;               // trusted, unknown, untrusted
  std::string country;             // where the address is
  std::string operator_country;
  std::string app;
  std::string operator_name;
  std::string app_proto;  // of a flow
  int severity = 0;       // alerts this severe or worse; 0: all
  std::string text;       // part of a destination's or a device's name or address, or of a type
};

using SqlValue = std::variant<int64_t, std::string>;

// Conditions joined by AND, with their values in order.
class Conditions {
 public:
  void add(std::string_view sql) {
    clauses_ += (clauses_.empty() ? "" : " AND ") + std::string(sql);
  }
  void add(std::string_view sql, SqlValue value) {
    add(sql);
    values_.push_back(std::move(value));
  }
  void add(std::string_view sql, std::vector<SqlValue> values) {
    add(sql);
    for (SqlValue& value : values) values_.push_back(std::move(value));
  }
  // "true" when there are none.
  std::string sql() const { return clauses_.empty() ? "true" : clauses_; }
  const std::vector<SqlValue>& values() const { return values_; }
  // Binds from the place after `at` on; the last place used.
  int bind(SQLite::Statement& statement, int at = 0) const;

 private:
  std::string clauses_;
  std::vector<SqlValue> values_;
};

int64_t micros_of(Timestamp time);
Timestamp time_of(int64_t micros);

// The table of the events of `kind`, which has one of its own.
std::string_view table_of_events(EventKind kind);

// Conditions on the rows, called `t`, of the table of `kind`; null when nothing can match them.
std::optional<Conditions> conditions_on_events(SQLite::Database& db, EventKind kind,
                                               const EventFilter& filter);
// On rows, called `t`, of coverage or not_read: whole hours, and the device.
std::optional<Conditions> conditions_on_hours(SQLite::Database& db, const EventFilter& filter);
// On rows of devices; on rows of destinations, called `d`.
Conditions conditions_on_devices(const EventFilter& filter);
std::optional<Conditions> conditions_on_destinations(SQLite::Database& db,
                                                     const EventFilter& filter);

}  // namespace telltale
