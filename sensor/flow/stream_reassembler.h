// One direction of a TCP connection, put in order (RFC 9293 section 3.4): segments in, Chunks out.
//
// What comes in order is passed on as a view, without a copy. What comes early is held, bounded;
// where two segments tell the same place differently the first wins and the conflict is remembered.
// A hole is passed on, as a number, when what follows it is here and the peer acknowledged it (the
// capture lost it, not the network), when a cap is reached, or at the end. Chunks are never joined:
// each has the time and the frame of the one segment its bytes came from.
//
// A stream begins where start_at() says, at its SYN, or at its first payload when it is seen from
// its middle.
#pragma once

#include <optional>
#include <string>

#include "sensor/flow/held_segments.h"
#include "sensor/model/segment.h"

namespace telltale {

// Must not call back into the reassembler.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  virtual void on_chunk(const Chunk& chunk) = 0;
};

class StreamReassembler {
 public:
  // Of what was passed on, this much is kept of streams to the server, so that a retransmission
  // with other content is recognised; none while the shard's budget is a quarter used.
  static constexpr size_t kTail = 2048;

  // `direction` is what the chunks will say.
  StreamReassembler(Direction direction, ReassemblyBudget& budget)
      : direction_(direction), budget_(budget), held_(budget) {}
  ~StreamReassembler() { forget_tail(); }
  StreamReassembler(const StreamReassembler&) = delete;

  // The sequence number of the stream's first byte, where the handshake told it. Call before the
  // first add().
  void start_at(uint32_t seq);
  // A segment of this direction.
  void add(const Segment& segment, ChunkSink& sink);
  // A segment of the other direction: its acknowledgement tells what the peer received of this one.
  void on_ack(const Segment& segment, ChunkSink& sink);
  // No more segments come: passes on what is held and tells what is missing. Gives all memory back.
  void finish(ChunkSink& sink);

  uint64_t gaps() const { return gaps_; }
  uint64_t gap_bytes() const { return gap_bytes_; }
  uint64_t delivered() const { return next_ - gap_bytes_; }  // bytes
  // The first frame that told a place differently than an earlier one had.
  const std::optional<FrameRef>& conflict() const { return conflict_; }
  size_t held_bytes() const { return held_.bytes(); }
  size_t held_segments() const { return held_.size(); }

 private:
  // A stretch of the stream as one segment tells it; `bytes` is empty for bytes the capture cut
  // off.
  struct Stretch {
    uint64_t begin = 0;
    uint64_t end = 0;
    Bytes bytes;
    Timestamp ts;
    FrameRef frame;
  };

  bool place(const Segment& segment, uint32_t seq, ChunkSink& sink, int64_t* begin);
  bool resynchronise(const Segment& segment, uint32_t seq, ChunkSink& sink);
  void take_in(Stretch stretch, ChunkSink& sink);
  void hold(const Stretch& stretch, ChunkSink& sink);
  void deliver(const Stretch& stretch, ChunkSink& sink);
  void deliver_held(ChunkSink& sink);
  void bridge_first_hole(ChunkSink& sink);
  void bridge_acknowledged(ChunkSink& sink);
  void skip_to(uint64_t offset);
  void compare(const Stretch& stretch);
  void note_conflict(FrameRef frame);
  void remember(Bytes bytes);
  void forget_tail();

  static constexpr uint64_t kNoFin = ~uint64_t{0};

  Direction direction_;
  bool started_ = false;
  bool start_is_known_ = false;  // by the handshake
  bool has_far_ = false;
  uint32_t next_seq_ = 0;  // sequence number of stream offset next_
  ReassemblyBudget& budget_;
  HeldSegments held_;
  uint64_t next_ = 0;          // all before it was passed on
  uint64_t acknowledged_ = 0;  // by the peer, as far as it is plausible
  uint64_t fin_ = kNoFin;      // where the stream ends
  uint64_t pending_gap_ = 0;   // counted in next_, told with the next chunk
  uint64_t gaps_ = 0;
  uint64_t gap_bytes_ = 0;
  uint32_t far_next_ = 0;  // where the last segment out of the window ended
  uint32_t far_size_ = 0;
  Timestamp last_ts_;  // of the last segment, either direction
  FrameRef last_frame_;
  std::optional<FrameRef> conflict_;
  std::string tail_;  // the last bytes before next_
};

}  // namespace telltale
