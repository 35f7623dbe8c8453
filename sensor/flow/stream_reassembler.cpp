#include "sensor/flow/stream_reassembler.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace telltale {
namespace {

// No receiver has a window this large (RFC 7323 section 2.3).
constexpr int64_t kWindow = int64_t{1} << 30;

// The distance from sequence number `from` to `to`, which wrap (RFC 9293 section 3.4).
int64_t distance(uint32_t from, uint32_t to) { return static_cast<int32_t>(to - from); }

Bytes part(Bytes bytes, uint64_t begin, uint64_t end) {
  const auto size = static_cast<uint64_t>(bytes.size());
  return bytes.subspan(std::min(begin, size), std::min(end, size) - std::min(begin, size));
}

bool equal(Bytes a, Bytes b) {
  const size_t common = std::min(a.size(), b.size());
  return common == 0 || std::memcmp(a.data(), b.data(), common) == 0;
}

uint32_t size_on_wire(const Segment& segment) {
  return std::max(segment.payload_wire_size, static_cast<uint32_t>(segment.payload.size()));
}

}  // namespace

void StreamReassembler::start_at(uint32_t seq) {
  if (started_) return;
  started_ = true;
  start_is_known_ = true;
  next_seq_ = seq;
}

void StreamReassembler::add(const Segment& segment, ChunkSink& sink) {
  const uint8_t flags = segment.tcp.flags;
  if ((flags & kRst) != 0)
    return;  // what it may carry is a diagnosis, not data (RFC 9293 section 3.5.3)
  const uint32_t seq = segment.tcp.seq + ((flags & kSyn) != 0 ? 1 : 0);
  if ((flags & kSyn) != 0) start_at(seq);
  const uint32_t size = size_on_wire(segment);
  if (size == 0 && (flags & kFin) == 0) return;
  if (!started_) {
    if (size == 0) return;
    started_ = true;
    next_seq_ = seq;
  }
  last_ts_ = segment.ts;
  last_frame_ = segment.frame;
  int64_t begin = 0;
  if (!place(segment, seq, sink, &begin)) return;
  const int64_t end = begin + size;
  if ((flags & kFin) != 0 && fin_ == kNoFin && end >= static_cast<int64_t>(next_)) {
    fin_ = static_cast<uint64_t>(end);
  }
  // A keep-alive probe is a byte of anything just before the next one (RFC 9293 section 3.8.4).
  if (end <= 0 || (size == 1 && end == static_cast<int64_t>(next_))) return;
  const auto stop = std::min(static_cast<uint64_t>(end), fin_);
  if (stop < static_cast<uint64_t>(end)) budget_.weird.count(Weird::tcp_data_after_fin);
  const uint64_t cut = begin < 0 ? static_cast<uint64_t>(-begin) : 0;
  const uint64_t first = begin < 0 ? 0 : static_cast<uint64_t>(begin);
  if (first >= stop) return;
  const Bytes bytes = part(segment.payload, cut, cut + (stop - first));
  const uint64_t captured = first + bytes.size();
  if (!bytes.empty()) take_in({first, captured, bytes, segment.ts, segment.frame}, sink);
  if (captured < stop) take_in({captured, stop, {}, segment.ts, segment.frame}, sink);
}

// Where the segment stands in the stream (negative: partly before its start). False when it cannot
// belong there and is left out.
bool StreamReassembler::place(const Segment& segment, uint32_t seq, ChunkSink& sink,
                              int64_t* begin) {
  const int64_t ahead = distance(next_seq_, seq);
  const uint32_t size = size_on_wire(segment);
  *begin = static_cast<int64_t>(next_) + ahead;
  const bool is_before_start = size > 1 && *begin + size <= 0;
  if (ahead <= kWindow && ahead >= -kWindow && !(is_before_start && start_is_known_)) {
    if (size > 1 && *begin < 0) budget_.weird.count(Weird::tcp_data_before_start);
    has_far_ = false;
    return true;
  }
  budget_.weird.count(Weird::tcp_segment_out_of_window);
  if (!resynchronise(segment, seq, sink)) return false;
  *begin = static_cast<int64_t>(next_);
  return true;
}

// Two segments in a row that follow each other but are far from where we are: it is us who are in
// the wrong place (a forged SYN, a capture that lost a gigabyte). Goes there; the first of the two
// is lost.
bool StreamReassembler::resynchronise(const Segment& segment, uint32_t seq, ChunkSink& sink) {
  const uint32_t size = size_on_wire(segment);
  if (!has_far_ || seq != far_next_ || size == 0) {
    has_far_ = size > 0;
    far_size_ = size;
    far_next_ = seq + size;
    return false;
  }
  while (!held_.empty()) bridge_first_hole(sink);
  budget_.weird.count(Weird::tcp_stream_resynchronised);
  skip_to(next_ + far_size_);
  next_seq_ = seq;
  acknowledged_ = next_;
  fin_ = kNoFin;
  has_far_ = false;
  return true;
}

// The fast path is the first line after the comparison: in order, nothing held.
void StreamReassembler::take_in(Stretch stretch, ChunkSink& sink) {
  if (stretch.begin < next_ || !held_.empty()) compare(stretch);
  if (stretch.begin <= next_ && held_.empty()) {
    if (stretch.end <= next_) return;
    if (!stretch.bytes.empty()) {
      stretch.bytes = stretch.bytes.subspan(static_cast<size_t>(next_ - stretch.begin));
    }
    stretch.begin = next_;
    return deliver(stretch, sink);
  }
  // What others told before stays theirs: only what lies between is taken.
  for (uint64_t at = std::max(stretch.begin, next_); at < stretch.end; at = std::max(at, next_)) {
    const HeldPiece* other = held_.first_after(at);
    if (other != nullptr && other->begin <= at) {
      at = other->end;
      continue;
    }
    Stretch free = stretch;
    free.begin = at;
    free.end = other == nullptr ? stretch.end : std::min(stretch.end, other->begin);
    free.bytes = part(stretch.bytes, at - stretch.begin, free.end - stretch.begin);
    at = free.end;
    if (free.begin == next_) {
      deliver(free, sink);
      deliver_held(sink);
    } else {
      hold(free, sink);
    }
  }
  bridge_acknowledged(sink);
}

// Keeps a stretch that comes too early, or gives up waiting for what is before it.
void StreamReassembler::hold(const Stretch& stretch, ChunkSink& sink) {
  const Limits& limits = budget_.limits;
  const size_t cost = HeldPiece::cost(stretch.bytes.size());
  if (budget_.held + cost > limits.max_reassembly_bytes) {
    budget_.weird.count(Weird::tcp_reassembly_memory_exceeded);
    while (!held_.empty() && held_.front_begin() < stretch.begin) bridge_first_hole(sink);
    skip_to(stretch.begin);
    deliver(stretch, sink);
    return deliver_held(sink);
  }
  held_.insert(
      {stretch.begin, stretch.end, stretch.ts, stretch.frame, std::string(as_text(stretch.bytes))});
  while (held_.bytes() > limits.max_out_of_order ||
         held_.size() > limits.max_out_of_order_segments) {
    budget_.weird.count(Weird::tcp_out_of_order_beyond_cap);
    bridge_first_hole(sink);
  }
}

// REQUIRES: stretch.begin == next_.
void StreamReassembler::deliver(const Stretch& stretch, ChunkSink& sink) {
  const uint64_t size = stretch.end - stretch.begin;
  if (stretch.bytes.empty()) {
    skip_to(stretch.end);
  } else {
    next_ += size;
    next_seq_ += static_cast<uint32_t>(size);
  }
  Chunk chunk;
  chunk.direction = direction_;
  chunk.ts = stretch.ts;
  chunk.frame = stretch.frame;
  chunk.offset = next_ - stretch.bytes.size();
  chunk.gap = std::exchange(pending_gap_, 0);
  chunk.bytes = stretch.bytes;
  remember(stretch.bytes);
  sink.on_chunk(chunk);
}

void StreamReassembler::deliver_held(ChunkSink& sink) {
  while (const std::optional<HeldPiece> piece = held_.take(next_)) {
    deliver({piece->begin, piece->end, as_bytes(piece->bytes), piece->ts, piece->frame}, sink);
  }
}

// REQUIRES: something is held.
void StreamReassembler::bridge_first_hole(ChunkSink& sink) {
  skip_to(held_.front_begin());
  deliver_held(sink);
}

void StreamReassembler::bridge_acknowledged(ChunkSink& sink) {
  while (!held_.empty() && held_.front_begin() <= acknowledged_) bridge_first_hole(sink);
}

// Gives up what is missing before `offset`; the next chunk tells it.
void StreamReassembler::skip_to(uint64_t offset) {
  const uint64_t missing = offset - next_;
  if (missing == 0) return;
  if (pending_gap_ == 0) {
    ++gaps_;
    budget_.weird.count(Weird::tcp_gap);
  }
  pending_gap_ += missing;
  gap_bytes_ += missing;
  next_ = offset;
  next_seq_ += static_cast<uint32_t>(missing);
  forget_tail();
}

// A late segment is often captured after its acknowledgement, so an acknowledged hole is given up
// only when what follows it is here too.
void StreamReassembler::on_ack(const Segment& segment, ChunkSink& sink) {
  if (!started_ || (segment.tcp.flags & kAck) == 0) return;
  const int64_t ahead = distance(next_seq_, segment.tcp.ack);
  if (ahead <= 0 || ahead > kWindow) return;
  acknowledged_ = std::max(acknowledged_, next_ + static_cast<uint64_t>(ahead));
  last_ts_ = segment.ts;
  last_frame_ = segment.frame;
  bridge_acknowledged(sink);
}

void StreamReassembler::finish(ChunkSink& sink) {
  while (!held_.empty()) bridge_first_hole(sink);
  uint64_t end = std::max(next_, fin_ == kNoFin ? acknowledged_ : fin_);
  // The acknowledgement of a FIN that was not captured is not a byte of data.
  if (fin_ == kNoFin && end == next_ + 1) end = next_;
  skip_to(end);
  if (pending_gap_ > 0) deliver({next_, next_, {}, last_ts_, last_frame_}, sink);
  forget_tail();
}

// Does the stretch say the same as what was told of its place before, as far as that is still here?
void StreamReassembler::compare(const Stretch& stretch) {
  if (stretch.bytes.empty()) return;
  const auto ours = [&](uint64_t from, uint64_t to) {
    return part(stretch.bytes, from - stretch.begin, to - stretch.begin);
  };
  const uint64_t tail_begin = next_ - tail_.size();
  const uint64_t from = std::max(stretch.begin, tail_begin);
  const uint64_t to = std::min(stretch.end, next_);
  if (from < to &&
      !equal(ours(from, to), part(as_bytes(tail_), from - tail_begin, to - tail_begin))) {
    return note_conflict(stretch.frame);
  }
  for (const HeldPiece* other = held_.first_after(stretch.begin);
       other != nullptr && other->begin < stretch.end; other = held_.first_after(other->end)) {
    const uint64_t begin = std::max(stretch.begin, other->begin);
    const uint64_t end = std::min(stretch.end, other->end);
    const Bytes theirs = part(as_bytes(other->bytes), begin - other->begin, end - other->begin);
    if (!equal(ours(begin, end), theirs)) return note_conflict(stretch.frame);
  }
}

void StreamReassembler::note_conflict(FrameRef frame) {
  budget_.weird.count(Weird::tcp_overlap_conflict);
  if (!conflict_) conflict_ = frame;
}

void StreamReassembler::remember(Bytes bytes) {
  if (direction_ != Direction::to_server || bytes.empty()) return;
  const size_t more = std::min(bytes.size(), kTail);
  if (budget_.held + more > budget_.limits.max_reassembly_bytes / 4) return forget_tail();
  const size_t before = tail_.size();
  tail_.erase(0, before + more > kTail ? before + more - kTail : 0);
  tail_.append(as_text(bytes.last(more)));
  budget_.give_back(before);
  budget_.take(tail_.size());
}

void StreamReassembler::forget_tail() {
  if (tail_.empty()) return;
  budget_.give_back(tail_.size());
  tail_ = {};
}

}  // namespace telltale
