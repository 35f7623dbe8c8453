// One direction of a TCP connection, put in order (RFC 9293 section 3.4): segments in, Chunks out.
//
// What comes in order is passed on as a view, without a copy. What comes early is held, bounded; where two
// segments disagree about the same place the first wins and the conflict is remembered. A hole is bridged,
// as a number, when the peer acknowledged it (the capture lost it, not the network), when a cap is reached,
// or at the end. A stream that is seen from its middle begins with its first payload.
#pragma once

#include <map>
#include <string>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/model/chunk.h"

namespace telltale {

class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  virtual void on_chunk(const Chunk& chunk) = 0;
};

// Shared by all streams of a shard; outlives them.
struct ReassemblyBudget {
  ReassemblyBudget(const Limits& limits_in, WeirdCounts& weird_in)
      : limits(limits_in), weird(weird_in) {}
  const Limits& limits;
  WeirdCounts& weird;
  size_t held = 0;
  size_t peak = 0;
};

class StreamReassembler {
 public:
  // `direction` is what the chunks will say.
  StreamReassembler(Direction direction, ReassemblyBudget& budget)
      : direction_(direction), budget_(budget) {}
  ~StreamReassembler();
  StreamReassembler(const StreamReassembler&) = delete;
  StreamReassembler& operator=(const StreamReassembler&) = delete;

  void add(const Segment& segment, ChunkSink& sink);
  // A segment of the other direction: its acknowledgement covers what the peer received of this one.
  void on_ack(const Segment& segment, ChunkSink& sink);
  // No more segments: bridges what holes are left.
  void finish(ChunkSink& sink);

  bool conflict() const { return conflict_; }
  size_t held() const { return held_; }

 private:
  struct Held {
    std::string bytes;
    uint64_t wire_size = 0;  // as on the wire; more than bytes.size() when snapped
    Timestamp ts;
    FrameRef frame;
  };
  using HeldMap = std::map<uint64_t, Held>;  // by stream offset; never overlapping

  uint64_t offset_of(uint32_t seq, uint64_t near) const;
  void deliver(const Segment& segment, uint64_t offset, size_t skip, ChunkSink& sink);
  void emit(const Held& held, uint64_t offset, ChunkSink& sink);
  void emit_gap(uint64_t bytes, Timestamp ts, FrameRef frame, ChunkSink& sink);
  void hold(const Segment& segment, uint64_t offset);
  void insert(const Segment& segment, uint64_t begin, uint64_t end, uint64_t offset);
  void drain(ChunkSink& sink);
  void bridge(ChunkSink& sink);
  void relieve(ChunkSink& sink);
  void check_delivered(const Segment& segment, uint64_t offset);
  void compare(std::string_view ours, std::string_view theirs);
  void remember(std::string_view bytes);

  Direction direction_;
  ReassemblyBudget& budget_;
  bool started_ = false;
  bool conflict_ = false;
  uint32_t base_ = 0;    // sequence number of stream offset 0
  uint64_t next_ = 0;    // offset of the next byte to deliver
  HeldMap early_;
  size_t held_ = 0;      // bytes in early_
  std::string tail_;     // the last bytes delivered, to tell a retransmission from a conflict
};

}  // namespace telltale
