// A prepared statement with all its values in one call: run(insert, id, ts, json).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

namespace telltale {

inline void bind_at(SQLite::Statement& statement, int at, int64_t value) {
  statement.bind(at, value);
}
inline void bind_at(SQLite::Statement& statement, int at, double value) {
  statement.bind(at, value);
}
// The text is copied, as it may not outlive the next step.
inline void bind_at(SQLite::Statement& statement, int at, std::string_view value) {
  statement.bind(at, std::string(value));
}
inline void bind_at(SQLite::Statement& statement, int at, std::nullptr_t) { statement.bind(at); }

// Ready for its first step. A statement that failed before is made usable again.
template <typename... Values>
void start(SQLite::Statement& statement, const Values&... values) {
  statement.tryReset();
  int at = 0;
  (bind_at(statement, ++at, values), ...);
}

// Runs to the end; the number of rows changed.
template <typename... Values>
int run(SQLite::Statement& statement, const Values&... values) {
  start(statement, values...);
  const int changed = statement.exec();
  statement.tryReset();
  return changed;
}

}  // namespace telltale
