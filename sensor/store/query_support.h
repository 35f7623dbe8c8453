// Shared by the files of queries: one consistent view of the store for each question, errors as
// StoreError, columns as the rows have them.
#pragma once

#include <cstdint>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "sensor/store/database.h"
#include "sensor/store/filter.h"
#include "sensor/store/retention.h"

namespace telltale {

// Runs `question` in one read transaction.
template <typename Question>
auto asked(SQLite::Database& db, Question question) {
  try {
    SQLite::Transaction snapshot(db);
    auto answer = question();
    snapshot.commit();
    return answer;
  } catch (const SQLite::Exception& error) {
    throw StoreError(db.getFilename() + ": cannot be read: " + error.what());
  }
}

// What the column `trust` stands for.
inline std::string_view trust_name(int64_t number) {
  constexpr std::string_view kNames[] = {"trusted", "unknown", "untrusted"};
  return kNames[number < 0 ? 0 : number > 2 ? 2 : number];
}

inline uint64_t unsigned_at(SQLite::Statement& statement, int column) {
  const int64_t value = statement.getColumn(column).getInt64();
  return value < 0 ? 0 : static_cast<uint64_t>(value);
}

}  // namespace telltale
