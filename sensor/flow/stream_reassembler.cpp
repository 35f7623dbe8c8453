#include "sensor/flow/stream_reassembler.h"

#include <algorithm>
#include <cstring>

namespace telltale {
namespace {

constexpr uint64_t kMaxAhead = 1ULL << 30;  // a window cannot be larger (RFC 7323 section 2.3)
constexpr size_t kTail = 2048;

}  // namespace

StreamReassembler::~StreamReassembler() { budget_.held -= held_; }

// The stream offset of a sequence number: of all with these low 32 bits the one nearest to `near`.
uint64_t StreamReassembler::offset_of(uint32_t seq, uint64_t near) const {
  const auto distance = static_cast<int32_t>(seq - base_ - static_cast<uint32_t>(near));
  return near + static_cast<uint64_t>(static_cast<int64_t>(distance));
}

void StreamReassembler::add(const Segment& segment, ChunkSink& sink) {
  const bool syn = (segment.tcp.flags & kSyn) != 0;
  const uint32_t seq = segment.tcp.seq + (syn ? 1 : 0);
  if (!started_) {
    if (!syn && segment.payload_wire_size == 0) return;
    started_ = true;
    base_ = seq;
  }
  if (segment.payload_wire_size == 0) return;
  const uint64_t offset = offset_of(seq, next_);
  const auto ahead = static_cast<int64_t>(offset - next_);
  if (ahead > static_cast<int64_t>(kMaxAhead) || ahead < -static_cast<int64_t>(kMaxAhead)) {
    budget_.weird.count(Weird::tcp_segment_out_of_window);
    return;
  }
  if (ahead < 0) check_delivered(segment, offset);
  if (ahead + static_cast<int64_t>(segment.payload_wire_size) <= 0) return;
  if (ahead <= 0 && early_.empty()) {
    deliver(segment, offset, static_cast<size_t>(-ahead), sink);
    return;
  }
  hold(segment, offset);
  drain(sink);
  relieve(sink);
}

// The fast path: in order, nothing held.
void StreamReassembler::deliver(const Segment& segment, uint64_t offset, size_t skip,
                                ChunkSink& sink) {
  const uint64_t end = offset + segment.payload_wire_size;
  if (skip < segment.payload.size()) {
    Chunk chunk;
    chunk.direction = direction_;
    chunk.ts = segment.ts;
    chunk.frame = segment.frame;
    chunk.offset = next_;
    chunk.bytes = segment.payload.subspan(skip);
    next_ += chunk.bytes.size();
    remember(as_text(chunk.bytes));
    sink.on_chunk(chunk);
  }
  if (next_ < end) emit_gap(end - next_, segment.ts, segment.frame, sink);
}

void StreamReassembler::emit_gap(uint64_t bytes, Timestamp ts, FrameRef frame, ChunkSink& sink) {
  budget_.weird.count(Weird::tcp_gap);
  Chunk chunk;
  chunk.direction = direction_;
  chunk.ts = ts;
  chunk.frame = frame;
  chunk.gap = bytes;
  next_ += bytes;
  chunk.offset = next_;
  tail_.clear();
  sink.on_chunk(chunk);
}

void StreamReassembler::emit(const Held& held, uint64_t offset, ChunkSink& sink) {
  Chunk chunk;
  chunk.direction = direction_;
  chunk.ts = held.ts;
  chunk.frame = held.frame;
  chunk.offset = offset;
  chunk.bytes = as_bytes(held.bytes);
  next_ = offset + held.bytes.size();
  remember(held.bytes);
  if (!held.bytes.empty()) sink.on_chunk(chunk);
  const uint64_t end = offset + held.wire_size;
  if (next_ < end) emit_gap(end - next_, held.ts, held.frame, sink);
}

// Keeps what of the segment nobody sent before.
void StreamReassembler::hold(const Segment& segment, uint64_t offset) {
  const uint64_t end = offset + segment.payload_wire_size;
  uint64_t at = std::max(offset, next_);
  auto other = early_.upper_bound(at);
  if (other != early_.begin()) {
    const auto before = std::prev(other);
    if (before->first + before->second.wire_size > at) other = before;
  }
  while (at < end) {
    if (other == early_.end() || other->first >= end) {
      insert(segment, at, end, offset);
      return;
    }
    const uint64_t other_end = other->first + other->second.wire_size;
    if (at < other->first) insert(segment, at, other->first, offset);
    const uint64_t begin = std::max(at, other->first);
    const uint64_t stop = std::min(end, other_end);
    const std::string_view theirs = as_text(segment.payload);
    const auto cut = [&](std::string_view bytes, uint64_t start) {
      const uint64_t from = std::min<uint64_t>(begin - start, bytes.size());
      return bytes.substr(from, stop - begin);
    };
    compare(cut(other->second.bytes, other->first), cut(theirs, offset));
    at = other_end;
    ++other;
  }
}

void StreamReassembler::insert(const Segment& segment, uint64_t begin, uint64_t end,
                               uint64_t offset) {
  Held held;
  held.wire_size = end - begin;
  held.ts = segment.ts;
  held.frame = segment.frame;
  const std::string_view all = as_text(segment.payload);
  if (begin - offset < all.size()) held.bytes = all.substr(begin - offset, end - begin);
  held_ += held.bytes.size();
  budget_.held += held.bytes.size();
  budget_.peak = std::max(budget_.peak, budget_.held);
  early_.emplace(begin, std::move(held));
}

void StreamReassembler::drain(ChunkSink& sink) {
  while (!early_.empty() && early_.begin()->first <= next_) {
    const auto first = early_.begin();
    const uint64_t offset = first->first;
    const Held held = std::move(first->second);
    held_ -= held.bytes.size();
    budget_.held -= held.bytes.size();
    early_.erase(first);
    emit(held, offset, sink);
  }
}

// Tells the hole before the first held segment as a gap, and passes on what follows it.
void StreamReassembler::bridge(ChunkSink& sink) {
  const auto& [offset, held] = *early_.begin();
  emit_gap(offset - next_, held.ts, held.frame, sink);
  drain(sink);
}

// At a cap the stream stops waiting for its first hole.
void StreamReassembler::relieve(ChunkSink& sink) {
  while (!early_.empty() && (held_ > budget_.limits.max_out_of_order ||
                             early_.size() > budget_.limits.max_out_of_order_segments ||
                             budget_.held > budget_.limits.max_reassembly_bytes)) {
    budget_.weird.count(Weird::tcp_out_of_order_beyond_cap);
    bridge(sink);
  }
}

void StreamReassembler::on_ack(const Segment& segment, ChunkSink& sink) {
  if (early_.empty() || (segment.tcp.flags & kAck) == 0) return;
  const uint64_t acked = offset_of(segment.tcp.ack, next_);
  while (!early_.empty() && static_cast<int64_t>(acked - early_.begin()->first) >= 0) bridge(sink);
}

void StreamReassembler::finish(ChunkSink& sink) {
  while (!early_.empty()) bridge(sink);
}

// A segment, or its beginning, stands where bytes were delivered already.
void StreamReassembler::check_delivered(const Segment& segment, uint64_t offset) {
  // A keep-alive probe is one byte of anything just before the next (RFC 9293 section 3.8.4).
  if (segment.payload_wire_size <= 1 && offset + 1 == next_) return;
  const uint64_t tail_begin = next_ - tail_.size();
  const std::string_view theirs = as_text(segment.payload);
  if (offset >= tail_begin) return compare(std::string_view(tail_).substr(offset - tail_begin), theirs);
  const uint64_t skip = tail_begin - offset;
  if (skip < theirs.size()) compare(tail_, theirs.substr(skip));
}

void StreamReassembler::compare(std::string_view ours, std::string_view theirs) {
  const size_t common = std::min(ours.size(), theirs.size());
  if (common == 0 || std::memcmp(ours.data(), theirs.data(), common) == 0) return;
  budget_.weird.count(Weird::tcp_overlap_conflict);
  conflict_ = true;
}

void StreamReassembler::remember(std::string_view bytes) {
  if (bytes.size() >= kTail) {
    tail_.assign(bytes.substr(bytes.size() - kTail));
    return;
  }
  const size_t keep = std::min(tail_.size(), kTail - bytes.size());
  tail_.erase(0, tail_.size() - keep);
  tail_ += bytes;
}

}  // namespace telltale
