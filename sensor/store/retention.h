// What the store lets go of, oldest first: by age everything alike; by size first what can be done
// without (flows, stats), then destinations nothing was found at, then anomalies, findings and
// alerts.
//
// Works in bounded steps, each a transaction of its own, so that writing never waits for long.
#pragma once

#include <cstdint>

#include <SQLiteCpp/SQLiteCpp.h>

#include "sensor/store/schema.h"

namespace telltale {

// Events of `kind` before this time (µs) were let go of; 0 when none were.
int64_t kept_since(SQLite::Database& db, EventKind kind);

// Bytes of the file that are in use.
int64_t used_bytes(SQLite::Database& db);

// One step; true when there is more to do. Throws SQLite::Exception, and then nothing is changed.
bool prune_by_age(SQLite::Database& db, int64_t cutoff_us);
bool prune_by_size(SQLite::Database& db, int64_t max_bytes);
// Gives free pages back to the disk where there are many.
void shrink(SQLite::Database& db);

}  // namespace telltale
