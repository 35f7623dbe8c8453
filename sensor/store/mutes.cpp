#include "sensor/store/mutes.h"

#include "sensor/store/database.h"
#include "sensor/store/filter.h"
#include "sensor/store/statement.h"

namespace telltale {
namespace {

template <typename Change>
auto changed(const std::string& path, Change change) {
  try {
    open_for_reading(path);  // says what is wrong with it
    SQLite::Database db(path, SQLite::OPEN_READWRITE, kBusyTimeout);
    return change(db);
  } catch (const SQLite::Exception& error) {
    throw StoreError(path + ": cannot be written: " + error.what());
  }
}

}  // namespace

std::vector<Mute> read_mutes(SQLite::Database& db) {
  SQLite::Statement all(
      db,
      "SELECT id, device, class, type, destination, until, note, created FROM mutes"
      " ORDER BY id");
  std::vector<Mute> mutes;
  while (all.executeStep()) {
    Mute& mute = mutes.emplace_back();
    mute.id = all.getColumn(0).getInt64();
    mute.device = all.getColumn(1).getString();
    mute.data_class = all.getColumn(2).getString();
    mute.type = all.getColumn(3).getString();
    mute.destination = all.getColumn(4).getString();
    if (!all.isColumnNull(5)) mute.until = time_of(all.getColumn(5).getInt64());
    mute.note = all.getColumn(6).getString();
    mute.created = time_of(all.getColumn(7).getInt64());
  }
  return mutes;
}

int64_t add_mute(const std::string& store_path, const Mute& mute) {
  return changed(store_path, [&](SQLite::Database& db) {
    SQLite::Statement add(
        db,
        "INSERT INTO mutes(device, class, type, destination, note, created, until)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)");
    const auto text = [](const std::string& value) { return std::string_view(value); };
    start(add, text(mute.device), text(mute.data_class), text(mute.type), text(mute.destination),
          text(mute.note), micros_of(mute.created));
    if (mute.until) add.bind(7, micros_of(*mute.until));
    add.exec();
    return db.getLastInsertRowid();
  });
}

bool remove_mute(const std::string& store_path, int64_t id) {
  return changed(store_path, [&](SQLite::Database& db) {
    SQLite::Statement remove(db, "DELETE FROM mutes WHERE id = ?");
    return run(remove, id) > 0;
  });
}

}  // namespace telltale
