#include "sensor/store/database.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/base/encoding.h"
#include "sensor/store/schema.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr const char* kSideFiles[] = {"-wal", "-shm"};

std::string about(const std::string& path, const std::string& what) { return path + ": " + what; }

// The first bytes of the file; shorter when it is.
std::string head_of(const std::string& path) {
  std::array<char, 16> head{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw StoreError(about(path, std::string("cannot be read: ") + std::strerror(errno)));
  }
  const ssize_t size = ::read(fd, head.data(), head.size());
  ::close(fd);
  return {head.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

// Makes the file where there is none; true when it did. SQLite gives -wal and -shm the same mode.
bool create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd >= 0) {
    ::close(fd);
    return true;
  }
  if (errno != EEXIST) {
    throw StoreError(about(path, std::string("cannot be created: ") + std::strerror(errno)));
  }
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    throw StoreError(about(path, "is not a file; name the file of a store"));
  }
  return false;
}

bool is_damage(int code) { return code == SQLITE_CORRUPT || code == SQLITE_NOTADB; }

// Empty when the file is sound, else what is wrong with it.
std::string damage_of(SQLite::Database& db) {
  try {
    SQLite::Statement check(db, "PRAGMA quick_check(1)");
    if (!check.executeStep()) return "the check gave nothing";
    const std::string result = check.getColumn(0).getString();
    return result == "ok" ? std::string() : result;
  } catch (const SQLite::Exception& error) {
    if (is_damage(error.getErrorCode())) return error.what();
    throw;
  }
}

std::string set_aside(const std::string& path, Timestamp now) {
  std::string stamp = to_iso8601(now).substr(0, 19);
  std::erase(stamp, '-');
  std::erase(stamp, ':');
  std::string target = path + ".damaged-" + stamp;
  for (int i = 2; ::access(target.c_str(), F_OK) == 0; ++i) {
    target = path + ".damaged-" + stamp + "-" + std::to_string(i);
  }
  if (std::rename(path.c_str(), target.c_str()) != 0) {
    throw StoreError(
        about(path, std::string("is damaged and cannot be set aside: ") + std::strerror(errno)));
  }
  for (const char* side : kSideFiles) std::rename((path + side).c_str(), (target + side).c_str());
  return target;
}

void refuse_foreign(SQLite::Database& db, const std::string& path) {
  const int64_t owner = number_of(db, "PRAGMA application_id");
  const bool is_empty = number_of(db, "SELECT count(*) FROM sqlite_schema") == 0;
  if (owner != kApplicationId && !is_empty) {
    throw StoreError(about(path, "is another program's database; name a new file or a store"));
  }
  const int64_t version = number_of(db, "PRAGMA user_version");
  if (version > kSchemaVersion) {
    throw StoreError(about(path, "was written by a newer telltale (schema " +
                                     std::to_string(version) + ", this one knows up to " +
                                     std::to_string(kSchemaVersion) + "); update telltale"));
  }
}

// Settings of the file itself come before its first table.
void prepare_for_writing(SQLite::Database& db) {
  db.setBusyTimeout(kBusyTimeout);
  db.exec("PRAGMA auto_vacuum = INCREMENTAL");
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");  // what is committed outlives a power cut too
  db.exec("PRAGMA journal_size_limit = 16777216");
  db.exec("PRAGMA cache_size = -8192");  // KiB
  db.exec("PRAGMA foreign_keys = OFF");
  db.exec("PRAGMA trusted_schema = OFF");
}

// Opens the file as it is; null when it is damaged. Somebody else's file is refused before anything
// is changed in it.
std::unique_ptr<SQLite::Database> open_sound(const std::string& path) {
  auto db = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE);
  db->setBusyTimeout(kBusyTimeout);
  try {
    refuse_foreign(*db, path);
    if (!damage_of(*db).empty()) return nullptr;
    prepare_for_writing(*db);
    migrate(*db);
  } catch (const SQLite::Exception& error) {
    if (is_damage(error.getErrorCode())) return nullptr;
    throw;
  }
  return db;
}

std::string uri_escaped(const std::string& path) {
  std::string escaped;
  for (char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      const auto byte = static_cast<uint8_t>(c);
      escaped += '%' + to_hex({&byte, 1});
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::unique_ptr<SQLite::Database> open_read_only(const std::string& path, const std::string& name,
                                                 int flags) {
  auto db = std::make_unique<SQLite::Database>(name, flags);
  db->setBusyTimeout(kBusyTimeout);
  db->exec("PRAGMA query_only = ON");
  db->exec("PRAGMA cache_size = -65536");  // KiB
  db->exec("PRAGMA trusted_schema = OFF");
  refuse_foreign(*db, path);
  if (number_of(*db, "PRAGMA application_id") != kApplicationId) {
    throw StoreError(about(path, "is not a store"));
  }
  return db;
}

}  // namespace

std::string_view name_of(StoreState state) {
  static constexpr std::array<std::string_view, 5> kNames = {"ok", "busy", "disk full", "damaged",
                                                             "failed"};
  return kNames[static_cast<size_t>(state)];
}

int64_t number_of(SQLite::Database& db, const char* sql) {
  SQLite::Statement statement(db, sql);
  return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

OpenedDatabase open_for_writing(const std::string& path, Timestamp now, Garbage garbage) {
  try {
    const std::string head = create(path) ? std::string() : head_of(path);
    const bool is_garbage = !head.empty() && head != kMagic;
    if (is_garbage && garbage == Garbage::refuse) {
      throw StoreError(about(path, "is not a store; name a new file or a store"));
    }
    OpenedDatabase opened;
    if (!is_garbage) opened.db = open_sound(path);
    if (opened.db) return opened;
    opened.set_aside = set_aside(path, now);
    create(path);
    opened.db = open_sound(path);
    if (!opened.db)
      throw StoreError(about(path, "is damaged as soon as it is made; check the disk"));
    return opened;
  } catch (const SQLite::Exception& error) {
    throw StoreError(about(path, std::string("cannot be opened: ") + error.what()));
  }
}

std::unique_ptr<SQLite::Database> open_for_reading(const std::string& path) {
  if (head_of(path) != kMagic) throw StoreError(about(path, "is not a store"));
  try {
    std::unique_ptr<SQLite::Database> db;
    try {
      db = open_read_only(path, path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
    } catch (const SQLite::Exception& error) {
      // WAL needs its side files; where they cannot be made, nobody can be writing either.
      const int code = error.getErrorCode();
      const bool is_sealed = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
      if (!is_sealed || ::access((path + "-wal").c_str(), F_OK) == 0) throw;
      db = open_read_only(path, "file:" + uri_escaped(path) + "?immutable=1",
                          SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI);
    }
    if (number_of(*db, "PRAGMA user_version") == kSchemaVersion) return db;
    db.reset();
    open_for_writing(path, Timestamp{}, Garbage::refuse);
    return open_read_only(path, path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
  } catch (const SQLite::Exception& error) {
    throw StoreError(about(path, std::string("cannot be read: ") + error.what()));
  }
}

StoreState state_of(const SQLite::Exception& error, const SQLite::Database& db) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreState::busy;
    case SQLITE_FULL:
      return StoreState::disk_full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreState::damaged;
    case SQLITE_IOERR: {
      const int cause = sqlite3_system_errno(db.getHandle());
      const bool no_room = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
      return no_room ? StoreState::disk_full : StoreState::failed;
    }
    default:
      return StoreState::failed;
  }
}

}  // namespace telltale
