#include "sensor/store/row_scan.h"

namespace telltale {

RowScan::RowScan(SQLite::Database& db, const std::string& sql, const Conditions& conditions)
    : db_(db.getHandle()) {
  const int prepared = sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement_, nullptr);
  if (prepared != SQLITE_OK) fail(prepared);
  int at = 0;
  for (const SqlValue& value : conditions.values()) {
    const auto* number = std::get_if<int64_t>(&value);
    const auto* text = std::get_if<std::string>(&value);
    const int bound = number != nullptr
                          ? sqlite3_bind_int64(statement_, ++at, *number)
                          : sqlite3_bind_text(statement_, ++at, text->data(),
                                              static_cast<int>(text->size()), SQLITE_TRANSIENT);
    if (bound != SQLITE_OK) fail(bound);
  }
}

void RowScan::fail(int result) const { throw SQLite::Exception(db_, result); }

}  // namespace telltale
