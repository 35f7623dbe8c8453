// Files that are not what they should be: broken, somebody else's, or of another version.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "sensor/store/schema.h"
#include "tests/store/store_support.h"

namespace telltale {
namespace {

using test::at;
using test::Line;
using test::new_store;
using test::ScratchFolder;

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

// A sound store in one file, with many events.
std::string make_store(const std::string& path) {
  StoreWriter store = new_store(path);
  for (int i = 0; i < 2'000; ++i) {
    Line line;
    line.id = fmt::format("{:016x}", i);
    store.add(line.finding());
  }
  EXPECT_TRUE(store.commit());
  return path;
}

template <typename Open>
std::string error_of(Open open) {
  try {
    open();
  } catch (const StoreError& error) {
    return error.what();
  }
  return {};
}

TEST(DamagedStore, ThatWasTruncatedIsSetAside) {
  ScratchFolder folder;
  const std::string path = make_store(folder.file("s.db"));
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size / 2);
  StoreWriter store = new_store(path);
  EXPECT_EQ(store.set_aside(), path + ".damaged-20261123T210000");
  EXPECT_EQ(std::filesystem::file_size(store.set_aside()), size / 2);
  store.add(Line{}.finding());
  EXPECT_TRUE(store.commit());
  EXPECT_EQ(StoreReader(path).count(EventKind::finding, {}), 1U);
}

TEST(DamagedStore, WithAnOverwrittenMiddleIsSetAside) {
  ScratchFolder folder;
  const std::string path = make_store(folder.file("s.db"));
  std::string content = read_file(path);
  for (size_t i = 8'192; i < content.size() - 8'192; ++i) content[i] = static_cast<char>(i * 7);
  write_file(path, content);
  EXPECT_FALSE(new_store(path).set_aside().empty());
}

TEST(DamagedStore, OneThatWasSetAsideIsNotOverwrittenByTheNext) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  std::vector<std::string> aside;
  for (int i = 0; i < 2; ++i) {
    make_store(path);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    aside.push_back(new_store(path).set_aside());
  }
  EXPECT_NE(aside[0], aside[1]);
  EXPECT_TRUE(std::filesystem::exists(aside[0]));
  EXPECT_TRUE(std::filesystem::exists(aside[1]));
}

TEST(DamagedStore, GarbageIsSetAsideOnlyWhereItIsKnownToBeTheStore) {
  ScratchFolder folder;
  const std::string path = folder.file("notes.txt");
  write_file(path, "these are my notes, and I want to keep them");
  EXPECT_NE(error_of([&] { new_store(path); }).find("is not a store"), std::string::npos);
  EXPECT_EQ(read_file(path), "these are my notes, and I want to keep them");
  StoreWriter store({.path = path, .garbage = Garbage::set_aside}, at("2026-11-23T21:00:00"));
  EXPECT_EQ(read_file(store.set_aside()), "these are my notes, and I want to keep them");
  EXPECT_TRUE(store.add(Line{}.finding()) && store.commit());
}

TEST(DamagedStore, AnEmptyFileIsANewStore) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  write_file(path, "");
  StoreWriter store = new_store(path);
  EXPECT_TRUE(store.set_aside().empty());
  EXPECT_TRUE(store.add(Line{}.finding()) && store.commit());
}

TEST(ForeignStore, OfAnotherProgramIsRefusedAndLeftAlone) {
  ScratchFolder folder;
  const std::string path = folder.file("other.db");
  SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE bookmarks(url)");
  const std::string before = read_file(path);
  for (const std::string& error :
       {error_of([&] { new_store(path); }), error_of([&] { StoreReader r(path); })}) {
    EXPECT_EQ(error, path + ": is another program's database; name a new file or a store");
  }
  EXPECT_EQ(read_file(path), before);
}

TEST(ForeignStore, OfANewerSchemaIsRefusedWithWhatToDo) {
  ScratchFolder folder;
  const std::string path = make_store(folder.file("s.db"));
  SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  for (const std::string& error :
       {error_of([&] { new_store(path); }), error_of([&] { StoreReader r(path); })}) {
    EXPECT_NE(error.find("was written by a newer telltale (schema 99"), std::string::npos) << error;
    EXPECT_NE(error.find("update telltale"), std::string::npos) << error;
  }
}

TEST(ForeignStore, PlacesWithoutAStoreAreNamed) {
  ScratchFolder folder;
  EXPECT_NE(
      error_of([&] { StoreReader r(folder.file("none.db")); }).find("none.db: cannot be read"),
      std::string::npos);
  EXPECT_NE(error_of([&] { new_store(folder.path()); }).find("is not a file"), std::string::npos);
  EXPECT_NE(
      error_of([&] { new_store(folder.file("no/such/folder.db")); }).find("cannot be created"),
      std::string::npos);
}

TEST(Schema, IsBuiltByItsScriptsAndSaysItsVersion) {
  ScratchFolder folder;
  const std::string path = make_store(folder.file("s.db"));
  SQLite::Database db(path, SQLite::OPEN_READONLY);
  EXPECT_EQ(db.execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
  EXPECT_EQ(db.execAndGet("SELECT value FROM meta WHERE key = 'schema_version'").getString(),
            std::to_string(kSchemaVersion));
  EXPECT_EQ(db.execAndGet("PRAGMA journal_mode").getString(), "wal");
}

}  // namespace
}  // namespace telltale
