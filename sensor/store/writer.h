// Writes events into the store: collected as they come, committed together once a second.
//
//   StoreWriter store({.path = "telltale.db"}, now);
//   store.add(line);     // an event as every sink gets it; never waits
//   store.tick(now);     // commits what is due, lets go of what is old
//   store.commit();      // before leaving
//
// Used by one thread at a time; other processes read and write the same file meanwhile. What
// commit() said was committed survives a kill and a power cut. When it cannot commit (disk full,
// disk broken, another writer), it keeps what it has, says so in state(), and tries again at the
// next tick; what goes beyond max_pending is dropped and counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/time.h"
#include "sensor/store/database.h"

namespace telltale {

struct StoreOptions {
  std::string path;
  std::string sensor;                 // noted in the store
  std::chrono::seconds retention{0};  // 0: all is kept
  uint64_t max_size = 0;              // bytes of the file, about; 0: no bound
  size_t max_pending = 64U << 20;     // bytes of events that wait for a commit
  size_t cache = 8U << 20;            // bytes of SQLite's pages
  size_t max_known = 65'536;          // devices, destinations and names whose rows are remembered
  Garbage garbage = Garbage::refuse;
};

struct StoreCounts {
  uint64_t stored = 0;
  uint64_t duplicates = 0;  // were there already
  uint64_t too_old = 0;     // from before what the store still keeps
  uint64_t unreadable = 0;  // not an event
  uint64_t dropped = 0;     // max_pending was reached
  uint64_t failures = 0;    // commits that had to be tried again
};

class StoreWriter {
 public:
  // Opens or creates the store; reads all of an existing one to check it. Throws StoreError.
  StoreWriter(StoreOptions options, Timestamp now);
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;

  // False when it was dropped.
  bool add(std::string_view event_line);
  // Commits when a second has passed since the last time, then prunes a step. `now` is the time of
  // the events: packets' time or the clock's. False while something cannot be written.
  bool tick(Timestamp now);
  // Commits all there is; true when nothing waits any more.
  bool commit();

  StoreState state() const { return state_; }
  const std::string& reason() const { return reason_; }  // of a state that is not ok
  size_t pending() const { return pending_.size(); }
  const StoreCounts& counts() const { return counts_; }
  // Where a damaged store was put when this one was opened; empty when it was sound.
  const std::string& set_aside() const { return set_aside_; }

 private:
  class Tables;

  void write_pending(StoreCounts& counts);
  void write(const std::string& line, StoreCounts& counts);
  void prune(Timestamp now);
  void take_failure(const SQLite::Exception& error);

  StoreOptions options_;
  std::string set_aside_;
  std::unique_ptr<Tables> tables_;
  std::vector<std::string> pending_;
  size_t pending_bytes_ = 0;
  Timestamp last_tick_;
  Timestamp next_prune_;  // by age
  StoreCounts counts_;
  StoreState state_ = StoreState::ok;
  std::string reason_;
};

}  // namespace telltale
