// Whole numbers of very many rows. A column of SQLiteCpp's costs more than all SQLite does for a
// row of a million.
#pragma once

#include <cstdint>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "sensor/store/filter.h"

namespace telltale {

class RowScan {
 public:
  // `conditions` are bound in order. Throws SQLite::Exception.
  RowScan(SQLite::Database& db, const std::string& sql, const Conditions& conditions);
  ~RowScan() { sqlite3_finalize(statement_); }
  RowScan(const RowScan&) = delete;

  // False when there is no row any more. Throws SQLite::Exception.
  bool next() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) fail(result);
    return false;
  }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  uint64_t count(int column) const {
    const int64_t value = integer(column);
    return value < 0 ? 0 : static_cast<uint64_t>(value);
  }

 private:
  [[noreturn]] void fail(int result) const;

  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace telltale
