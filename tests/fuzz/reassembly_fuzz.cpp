// Hostile segments of one stream. Properties: offsets count every byte and gap once; what is passed
// on stood in the segment of that frame, at that place of the stream; no cap is exceeded; all
// memory comes back.
//
// Input: a first sequence number, then segments: flags (three of them for the harness: step back,
// jump, cut off), step, payload size, acknowledgement, payload.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "sensor/flow/stream_reassembler.h"

namespace {

using namespace telltale;

void require(bool holds) {
  if (!holds) std::abort();
}

uint32_t first_seq_of(const Segment& segment) {
  return segment.tcp.seq + ((segment.tcp.flags & kSyn) != 0 ? 1 : 0);
}

struct Checker final : ChunkSink {
  Checker(const std::vector<Segment>& sent, const WeirdCounts& weird)
      : segments(sent), counts(weird) {}

  void start_at(uint32_t seq) {
    if (!started) base = seq;
    started = true;
  }
  void on_chunk(const Chunk& chunk) override {
    require(started);
    require(chunk.offset == next + chunk.gap);
    require(chunk.gap > 0 || !chunk.bytes.empty());
    next = chunk.offset + chunk.bytes.size();
    const Segment& from = segments.at(chunk.frame.number);
    const uint32_t first_seq = first_seq_of(from);
    if (counts[Weird::tcp_stream_resynchronised] != moves_seen) {
      // The stream goes on with this segment, of which maybe nothing was captured.
      ++moves_seen;
      base = first_seq - static_cast<uint32_t>(chunk.offset);
      if (chunk.bytes.empty()) base += from.payload_wire_size;
    }
    if (chunk.bytes.empty()) return;
    const uint32_t at = base + static_cast<uint32_t>(chunk.offset) - first_seq;
    require(at <= from.payload.size() && chunk.bytes.size() <= from.payload.size() - at);
    require(std::equal(chunk.bytes.begin(), chunk.bytes.end(), from.payload.begin() + at));
  }

  const std::vector<Segment>& segments;
  const WeirdCounts& counts;
  bool started = false;
  uint32_t base = 0;  // sequence number of stream offset 0
  uint64_t next = 0;
  uint64_t moves_seen = 0;
};

Segment segment_of(ByteReader& in, uint32_t& seq, uint32_t number) {
  const uint8_t flags = in.u8();
  seq += in.be16();
  if ((flags & 0x40) != 0) seq -= in.be16();
  if ((flags & 0x80) != 0) seq ^= uint32_t{in.u8()} << 24;
  const size_t size = in.u8();
  Segment segment;
  segment.frame.number = number;
  segment.tcp.seq = seq;
  segment.tcp.ack = seq + in.u8();
  segment.tcp.flags = flags & 0x1f;
  segment.payload = in.take(std::min(size, in.remaining()));
  segment.payload_wire_size = static_cast<uint32_t>(segment.payload.size());
  if ((flags & 0x20) != 0) segment.payload_wire_size += in.u8();
  return segment;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.max_out_of_order = 512;
  limits.max_out_of_order_segments = 8;
  limits.max_reassembly_bytes = 4096;
  WeirdCounts weird;
  ReassemblyBudget budget(limits, weird);
  ByteReader in(Bytes{data, size});
  std::vector<Segment> segments;
  Checker checker(segments, weird);
  {
    StreamReassembler stream(Direction::to_server, budget);
    uint32_t seq = in.be32();
    if ((seq & 1) != 0) {
      stream.start_at(seq);
      checker.start_at(seq);
    }
    while (!in.done()) {
      segments.push_back(segment_of(in, seq, static_cast<uint32_t>(segments.size())));
      const Segment& segment = segments.back();
      if ((segment.tcp.flags & kPsh) != 0) {
        stream.on_ack(segment, checker);
      } else {
        const bool begins = segment.payload_wire_size > 0 || (segment.tcp.flags & kSyn) != 0;
        if (begins && (segment.tcp.flags & kRst) == 0) checker.start_at(first_seq_of(segment));
        stream.add(segment, checker);
      }
      require(stream.held_bytes() <= limits.max_out_of_order);
      require(stream.held_segments() <= limits.max_out_of_order_segments);
      require(budget.held <= limits.max_reassembly_bytes);
    }
    stream.finish(checker);
    require(stream.held_segments() == 0 && budget.held == 0);
    require(checker.next == stream.delivered() + stream.gap_bytes());
  }
  require(budget.held == 0);
  return 0;
}
