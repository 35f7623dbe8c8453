#include "sensor/store/writer.h"

#include <fstream>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/store/rename.h"
#include "tests/store/store_support.h"

namespace telltale {
namespace {

using test::at;
using test::count_rows;
using test::Line;
using test::new_store;
using test::ScratchFolder;

std::string id_of(uint64_t number) { return fmt::format("{:016x}", number); }

Line numbered(uint64_t number) {
  Line line;
  line.id = id_of(number);
  return line;
}

TEST(StoreWriter, GivesBackTheEventByteForByte) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  const std::string line = Line{}.finding();
  ASSERT_TRUE(store.add(line));
  ASSERT_TRUE(store.commit());
  const auto found = StoreReader(path).find_event("00000000000000a1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->json, line);
  EXPECT_EQ(found->ts, at("2026-11-23T21:00:00"));
  EXPECT_FALSE(StoreReader(path).find_event("00000000000000a2"));
}

TEST(StoreWriter, TheSameEventAgainAddsNothingAnywhere) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  const auto write_all = [&] {
    StoreWriter store = new_store(path);
    store.add(numbered(1).finding());
    store.add(numbered(2).flow());
    store.add(numbered(3).alert());
    store.add(numbered(4).anomaly());
    store.commit();
    return store.counts();
  };
  const auto all_rows = [&] {
    std::string rows;
    SQLite::Database db(path, SQLite::OPEN_READONLY);
    for (const char* table : {"devices", "destinations", "told", "findings", "flows", "alerts",
                              "alert_types", "anomalies", "coverage", "not_read"}) {
      SQLite::Statement all(db, std::string("SELECT * FROM ") + table);
      while (all.executeStep()) {
        for (int i = 0; i < all.getColumnCount(); ++i) rows += all.getColumn(i).getString() + "|";
        rows += "\n";
      }
    }
    return rows;
  };
  EXPECT_EQ(write_all().stored, 4U);
  const std::string once = all_rows();
  const StoreCounts again = write_all();
  EXPECT_EQ(again.stored, 0U);
  EXPECT_EQ(again.duplicates, 4U);
  EXPECT_EQ(all_rows(), once);
}

TEST(StoreWriter, CommitsOnceASecondOfTheTimeHandedIn) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  store.add(Line{}.finding());
  store.tick(at("2026-11-23T21:00:00.9"));
  EXPECT_EQ(count_rows(path, "events"), 0);
  store.tick(at("2026-11-23T21:00:01"));
  EXPECT_EQ(count_rows(path, "events"), 1);
  EXPECT_EQ(store.pending(), 0U);
}

TEST(StoreWriter, WhatIsNoEventIsCountedAndLeftOut) {
  ScratchFolder folder;
  StoreWriter store = new_store(folder.file("s.db"));
  for (const char* line :
       {"", "{", "[]", "{}", "nonsense", R"({"event_type":"finding","event_id":"1"})",
        R"({"timestamp":"2026-11-23T21:00:00Z","event_type":"dream","event_id":"1"})",
        R"({"timestamp":"soon","event_type":"finding","event_id":"1"})"}) {
    store.add(line);
  }
  store.add(Line{}.finding());
  EXPECT_TRUE(store.commit());
  EXPECT_EQ(store.counts().unreadable, 8U);
  EXPECT_EQ(store.counts().stored, 1U);
}

TEST(StoreWriter, MembersOfTheWrongKindCostOnlyThemselves) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  store.add(R"({"timestamp":"2026-11-23T21:00:00Z","event_type":"finding","event_id":"1",)"
            R"("device":7,"destination":[],"finding":{"class":1,"type":{}}})");
  EXPECT_TRUE(store.commit());
  EXPECT_EQ(count_rows(path, "findings"), 1);
  EXPECT_EQ(count_rows(path, "devices"), 0);
}

TEST(StoreWriter, AnyTextIsOnlyEverText) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  Line line;
  line.device =
      R"({"id":"x'); DROP TABLE events;--","ip":"10.0.0.1","name":"\u0000\ud83d\ude00\"'"})";
  line.destination = R"({"ip":"203.0.113.5","hostname":"a' OR '1'='1"})";
  store.add(line.finding());
  ASSERT_TRUE(store.commit());
  StoreReader reader(path);
  EXPECT_EQ(reader.devices({}, RowSort::last_seen, {}).rows.at(0).id, "x'); DROP TABLE events;--");
  EventFilter filter;
  filter.destination = "' OR '1'='1";
  EXPECT_EQ(reader.events(EventKind::finding, filter, {}).rows.size(), 1U);
  filter.destination = "nowhere' OR '1'='1";
  EXPECT_TRUE(reader.events(EventKind::finding, filter, {}).rows.empty());
}

TEST(StoreWriter, WaitsForNoMoreThanItsCap) {
  ScratchFolder folder;
  StoreWriter store({.path = folder.file("s.db"), .max_pending = 2'000}, at("2026-11-23T21:00:00"));
  int kept = 0;
  for (uint64_t i = 1; i <= 20; ++i) kept += store.add(numbered(i).finding()) ? 1 : 0;
  EXPECT_GT(kept, 0);
  EXPECT_EQ(store.counts().dropped, static_cast<uint64_t>(20 - kept));
  EXPECT_TRUE(store.commit());
  EXPECT_EQ(store.counts().stored, static_cast<uint64_t>(kept));
}

TEST(StoreWriter, TheFileIsForItsOwnerOnly) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  store.add(Line{}.finding());
  store.commit();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST(StoreWriter, TheLatestDescriptionOfADeviceHolds) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  Line newer = numbered(1);
  newer.time = "2026-11-23T22:00:00.000000+0000";
  newer.device = R"({"id":"d","ip":"192.168.1.30","name":"new name"})";
  Line older = numbered(2);
  older.device = R"({"id":"d","ip":"192.168.1.20","name":"old name"})";
  store.add(newer.finding());
  store.add(older.finding());
  store.commit();
  const DeviceRow device = StoreReader(path).devices({}, RowSort::last_seen, {}).rows.at(0);
  EXPECT_EQ(device.name, "new name");
  EXPECT_EQ(device.json, newer.device);
  EXPECT_EQ(device.activity.first_seen, at("2026-11-23T21:00:00"));
  EXPECT_EQ(device.activity.last_seen, at("2026-11-23T22:00:00"));
  EXPECT_EQ(device.activity.findings, 2U);
}

TEST(StoreWriter, TwoProcessesWriteTheSameStore) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter one = new_store(path);
  StoreWriter two = new_store(path);
  for (uint64_t i = 0; i < 20; ++i) {
    one.add(numbered(2 * i).finding());
    two.add(numbered(2 * i + 1).finding());
    ASSERT_TRUE(one.commit());
    ASSERT_TRUE(two.commit());
  }
  const DeviceRow device = StoreReader(path).devices({}, RowSort::last_seen, {}).rows.at(0);
  EXPECT_EQ(device.activity.findings, 40U);
  EXPECT_EQ(count_rows(path, "devices"), 1);
}

TEST(StoreWriter, IsReadWhileItWrites) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  StoreReader reader(path);
  for (uint64_t i = 1; i <= 50; ++i) {
    store.add(numbered(i).finding());
    ASSERT_TRUE(store.commit());
    EXPECT_EQ(reader.count(EventKind::finding, {}), i);
  }
}

// A child writes and tells over a pipe what was committed; it is killed at any moment.
TEST(StoreWriter, AKillLosesNothingThatWasCommitted) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  std::mt19937 random(20201123);
  uint64_t committed = 0;
  for (int round = 0; round < 20; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      StoreWriter store = new_store(path);
      for (uint64_t next = committed + 1;; ++next) {
        store.add(numbered(next).finding());
        store.add(numbered(next + (uint64_t{1} << 40)).flow());
        if (store.commit() && ::write(pipe_ends[1], &next, sizeof next) < 0) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(1'000 + random() % 60'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (uint64_t told = 0; ::read(pipe_ends[0], &told, sizeof told) == sizeof told;)
      committed = told;
    ::close(pipe_ends[0]);
    StoreWriter again = new_store(path);
    ASSERT_TRUE(again.set_aside().empty());
    StoreReader reader(path);
    const uint64_t findings = reader.count(EventKind::finding, {});
    ASSERT_GE(findings, committed);
    ASSERT_EQ(reader.count(EventKind::flow, {}), findings);
    committed = findings;
  }
  EXPECT_GT(committed, 0U);
}

// The limit on a file's size stands for a disk that is full: both end in a write that is refused. What
// the state is called is the system's to say: a quota, or trouble of the disk.
TEST(StoreWriter, AFullDiskIsToldAndNothingIsLost) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  store.add(numbered(1).finding());
  ASSERT_TRUE(store.commit());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{200'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  for (uint64_t i = 2; i <= 2'000; ++i) store.add(numbered(i).finding());
  const bool committed = store.commit();
  const StoreState state = store.state();
  const uint64_t readable = StoreReader(path).count(EventKind::finding, {});
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_FALSE(committed);
  EXPECT_TRUE(state == StoreState::disk_full || state == StoreState::failed) << name_of(state);
  EXPECT_EQ(readable, 1U);
  EXPECT_EQ(store.pending(), 1'999U);
  EXPECT_TRUE(store.commit()) << store.reason();
  EXPECT_EQ(StoreReader(path).count(EventKind::finding, {}), 2'000U);
  EXPECT_EQ(store.state(), StoreState::ok);
}

TEST(Rename, ChangesWhatIsStoredOfADevice) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  ASSERT_TRUE(store.add(Line{}.finding()));
  ASSERT_TRUE(store.commit());
  const std::string id = StoreReader(path).devices({}, RowSort::name, {}).rows.at(0).id;
  EXPECT_TRUE(rename_device(path, id, "Ann's \"phone\"", "phones"));
  EXPECT_FALSE(rename_device(path, "nobody", "x", ""));
  const DeviceRow device = StoreReader(path).devices({}, RowSort::name, {}).rows.at(0);
  EXPECT_EQ(device.name, "Ann's \"phone\"");
  EXPECT_EQ(device.group, "phones");
  EXPECT_NE(device.json.find(R"("name":"Ann's \"phone\"")"), std::string::npos) << device.json;
}

}  // namespace
}  // namespace telltale
