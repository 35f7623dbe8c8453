// Opening the SQLite file: what is a store, what is damaged, what is somebody else's.
//
// Only this folder uses SQLite (through SQLiteCpp). The file is in WAL mode, so that other
// processes read while one writes; application_id tells a store from other databases, user_version
// is the version of its schema (schema.h).
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "sensor/base/time.h"

namespace telltale {

// A store that cannot be used; what() is the line for the user, beginning with the path.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A page was asked for that no earlier one named.
class CursorError : public StoreError {
 public:
  using StoreError::StoreError;
};

// What writing came to. Whatever was committed before stays.
enum class StoreState : uint8_t {
  ok,
  busy,       // another process writes for longer than kBusyTimeout
  disk_full,  // no room on the disk, or a quota
  damaged,    // the file is broken: open it anew, and it is set aside
  failed,     // any other trouble of the disk
};
std::string_view name_of(StoreState state);

inline constexpr int kApplicationId = 0x54454c4c;  // "TELL"
inline constexpr int kBusyTimeout = 5000;          // ms

// What to do with a file that does not even begin as a database.
enum class Garbage : uint8_t {
  refuse,     // the user named it just now, perhaps by mistake
  set_aside,  // the configuration says that it is the store, so it is a broken one
};

struct OpenedDatabase {
  std::unique_ptr<SQLite::Database> db;
  std::string set_aside;  // where a damaged file was put; empty when there was none
};

// Opens or creates the store at `path` for writing (a new file is readable by its owner only),
// checks it, and brings its schema up to date. A damaged store is renamed to PATH.damaged-TIME, and
// a fresh one begun. Throws StoreError: the folder is not writable, the file is another program's
// database, or it was written by a newer telltale.
OpenedDatabase open_for_writing(const std::string& path, Timestamp now, Garbage garbage);

// Opens for reading only, also from a folder that cannot be written to. A store of an older schema
// is brought up to date first. Throws StoreError.
std::unique_ptr<SQLite::Database> open_for_reading(const std::string& path);

// What kind of trouble `error` is.
StoreState state_of(const SQLite::Exception& error, const SQLite::Database& db);

// A row of one number: PRAGMA page_count and the like.
int64_t number_of(SQLite::Database& db, const char* sql);

}  // namespace telltale
