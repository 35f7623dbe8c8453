// The schema of the store and how an older one is brought up to date.
//
// A version is one entry in schema.cpp, a script that turns the version before into it; what has
// been released is never edited. To change the schema: append a script, raise kSchemaVersion, put a
// dump of a store of the old version into tests/store/fixtures. docs/store.md describes the tables.
#pragma once

#include <optional>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

namespace telltale {

inline constexpr int kSchemaVersion = 1;

// Kinds of events as the store numbers them; the numbers are part of the schema.
// Those from `device` on have no table of their own, only their lines.
enum class EventKind : uint8_t { finding = 1, alert, anomaly, flow, device, stats, notice };
inline constexpr EventKind kEventKinds[] = {EventKind::finding, EventKind::alert,
                                            EventKind::anomaly, EventKind::flow,
                                            EventKind::device,  EventKind::stats, EventKind::notice};
std::string_view name_of(EventKind kind);  // the event_type
std::optional<EventKind> parse_event_kind(std::string_view event_type);

// Runs the scripts that `db` has not seen, all in one transaction. REQUIRES: its user_version is
// not above kSchemaVersion. Throws SQLite::Exception.
void migrate(SQLite::Database& db);

}  // namespace telltale
