// Spool: lines that wait for a receiver, on disk, in order, each given out until it is done with.
//
// A record is its length, a checksum and its bytes; what a kill or a power cut tore off is cut off
// at the next start. How far reading came stands in a file beside it: when that is lost, lines are
// given again, never lost. Written to the disk once a second by sync(), so a power cut (not a kill)
// may cost that second. Used by two threads: one appends, one takes.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace telltale {

class Spool {
 public:
  // `path` without its ending; empty: kept in memory alone. `max_bytes` bounds what waits. Throws
  // OutputError.
  Spool(const std::string& path, uint64_t max_bytes);
  ~Spool();
  Spool(const Spool&) = delete;

  void set_bound(uint64_t max_bytes);

  // False when it was dropped, as too much waits or the disk is full.
  bool append(std::string_view line);
  // The oldest that is not done; nothing where none waits.
  std::optional<std::string> front();
  // The front is done.
  void pop();
  void sync();

  struct Counts {
    uint64_t waiting = 0;  // lines
    uint64_t waiting_bytes = 0;
    uint64_t dropped = 0;  // lines, since the start
  };
  Counts counts() const;

 private:
  void recover();
  void note_position();
  void compact();

  mutable std::mutex mutex_;
  uint64_t max_bytes_;
  int file_ = -1;
  int position_file_ = -1;
  uint64_t begin_ = 0;  // of the front
  uint64_t end_ = 0;
  uint64_t front_size_ = 0;  // of the record last given out; 0: none was
  uint64_t waiting_ = 0;
  uint64_t dropped_ = 0;
  bool unsynced_ = false;
};

}  // namespace telltale
