#include "sensor/flow/flow_table.h"

#include <algorithm>
#include <tuple>

namespace telltale {
namespace {

constexpr uint16_t kWellKnownPorts = 1024;
constexpr uint16_t kEphemeralPorts = 32768;

bool is_echo_reply(const Segment& segment) {
  return (segment.ip_proto == kIcmp && segment.icmp.type == 0) ||
         (segment.ip_proto == kIcmpV6 && segment.icmp.type == 129);
}

// Does the destination's port look like a service's and the source's like a client's?
bool looks_to_server(const Endpoint& src, const Endpoint& dst) {
  return (dst.port < kWellKnownPorts && src.port >= kWellKnownPorts) ||
         (dst.port < kEphemeralPorts && src.port >= kEphemeralPorts);
}

uint32_t seconds_of(Timestamp time) {
  return static_cast<uint32_t>(
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

// The finaliser of MurmurHash3 over the keyed words of a flow key:
// cheap, and not predictable without the key.
uint64_t mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ value >> 33;
}

}  // namespace

FlowState FlowRecord::state() const {
  if (reset || (fin_from_low && fin_from_high)) return FlowState::closed;
  return packets[0] > 0 && packets[1] > 0 ? FlowState::established : FlowState::fresh;
}

FlowTable::FlowTable(const Limits& limits, const std::vector<Cidr>& home_networks,
                     WeirdCounts& weird, FlowEndSink& sink)
    : limits_(limits), home_(home_networks), weird_(weird), sink_(sink), index_(1024, kNone) {}

FlowTable::~FlowTable() = default;

uint32_t FlowTable::hash_of(const FlowKey& key) const {
  uint64_t sum = hash_key_.k0;
  for (const Endpoint* end : {&key.low, &key.high}) {
    const uint8_t* bytes = end->address.bytes().data();
    sum = mix(sum ^ load_be64(bytes)) + hash_key_.k1;
    sum = mix(sum ^ load_be64(bytes + 8) ^ uint64_t{end->port} << 40);
  }
  return static_cast<uint32_t>(mix(sum ^ uint64_t{key.vlan} << 8 ^ key.ip_proto));
}

uint32_t FlowTable::find(const FlowKey& key, uint32_t hash) {
  const size_t mask = index_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const uint32_t id = index_[slot];
    if (id == kNone) return kNone;
    const FlowRecord& flow = record(id);
    if (flow.hash == hash && flow.key == key) return id;
  }
}

FlowRecord& FlowTable::at(const Segment& segment, Direction* direction) {
  bool from_low = false;
  const FlowKey key = FlowKey::of(segment, &from_low);
  const uint32_t hash = hash_of(key);
  uint32_t id = find(key, hash);
  if (id != kNone) {
    const FlowRecord& flow = record(id);
    if (is_over(flow, segment, from_low)) {
      const bool timed_out = segment.ts - flow.last_ts > timeout(flow.timeout_class);
      if (!timed_out) weird_.count(Weird::tcp_port_reused);
      end(id, timed_out ? FlowEndReason::timeout : FlowEndReason::closed);
      id = kNone;
    }
  }
  if (id == kNone) id = add(key, hash, segment, from_low);
  FlowRecord& flow = record(id);
  settle_originator(flow, segment, from_low);
  count(flow, segment, from_low);
  *direction = flow.direction(from_low);
  return flow;
}

bool FlowTable::is_over(const FlowRecord& flow, const Segment& segment, bool from_low) const {
  return segment.ts - flow.last_ts > timeout(flow.timeout_class) ||
         (segment.ip_proto == kTcp && is_reuse(flow, segment, from_low));
}

// A SYN that cannot belong to the connection at hand opens another one (RFC 9293 section 3.6.1).
bool FlowTable::is_reuse(const FlowRecord& flow, const Segment& segment, bool from_low) const {
  if ((segment.tcp.flags & (kSyn | kAck | kRst)) != kSyn) return false;
  if (flow.state() == FlowState::closed) return true;
  if (!flow.saw_syn) return flow.saw_payload;
  return from_low == flow.low_is_client && segment.tcp.seq != flow.syn_seq;
}

uint32_t FlowTable::add(const FlowKey& key, uint32_t hash, const Segment& segment, bool from_low) {
  if (size_ >= limits_.max_flows) evict();
  uint32_t id = 0;
  if (free_.empty()) {
    id = used_++;
    if (id % kBlock == 0) blocks_.push_back(std::make_unique<FlowRecord[]>(kBlock));
  } else {
    id = free_.back();
    free_.pop_back();
  }
  FlowRecord& flow = record(id);
  flow = FlowRecord{};
  flow.key = key;
  flow.hash = hash;
  flow.first_ts = segment.ts;
  flow.last_ts = segment.ts;
  flow.first_frame = segment.frame;
  flow.icmp = segment.icmp;
  flow.low_is_client = from_low;
  ++total_;
  ++size_;
  index_put(id, hash);
  TimeoutClass timeout_class = TimeoutClass::other;
  if (segment.ip_proto == kTcp) timeout_class = TimeoutClass::tcp_new;
  if (segment.ip_proto == kUdp) timeout_class = TimeoutClass::udp;
  link(id, timeout_class, segment.ts);
  return id;
}

void FlowTable::settle_originator(FlowRecord& flow, const Segment& segment, bool from_low) {
  const auto settle = [&](bool client_is_low, OriginatorBy by) {
    flow.low_is_client = client_is_low;
    flow.originator_by = by;
  };
  const bool is_first = flow.packets[0] + flow.packets[1] == 0;
  if (segment.ip_proto == kTcp && (segment.tcp.flags & kSyn) != 0 &&
      flow.originator_by != OriginatorBy::syn && !flow.saw_payload) {
    const bool is_answer = (segment.tcp.flags & kAck) != 0;
    return settle(is_answer ? !from_low : from_low, OriginatorBy::syn);
  }
  if (!is_first) return;
  const bool src_home = contains(home_, segment.src.address);
  const bool dst_home = contains(home_, segment.dst.address);
  if (src_home != dst_home) return settle(src_home ? from_low : !from_low, OriginatorBy::home);
  if (is_echo_reply(segment)) return settle(!from_low, OriginatorBy::ports);
  if (looks_to_server(segment.src, segment.dst)) return settle(from_low, OriginatorBy::ports);
  if (looks_to_server(segment.dst, segment.src)) return settle(!from_low, OriginatorBy::ports);
}

void FlowTable::count(FlowRecord& flow, const Segment& segment, bool from_low) {
  const auto direction = static_cast<size_t>(flow.direction(from_low));
  ++flow.packets[direction];
  flow.bytes[direction] += segment.wire_size;
  flow.last_ts = std::max(flow.last_ts, segment.ts);
  if (segment.payload_wire_size > 0) flow.saw_payload = true;
  if (segment.ip_proto != kTcp) return;
  const uint8_t flags = segment.tcp.flags;
  flow.tcp_flags |= flags;
  if ((flags & (kSyn | kAck)) == kSyn && !flow.saw_syn) {
    flow.saw_syn = true;
    flow.syn_seq = segment.tcp.seq;
  }
  if ((flags & kFin) != 0) (from_low ? flow.fin_from_low : flow.fin_from_high) = true;
  if ((flags & kRst) != 0) flow.reset = true;
  TimeoutClass wanted = flow.timeout_class;
  if (flow.state() == FlowState::closed) {
    wanted = TimeoutClass::tcp_closed;
  } else if (flow.saw_payload || flow.state() == FlowState::established) {
    wanted = TimeoutClass::tcp;
  }
  if (wanted == flow.timeout_class) return;
  const uint32_t id = find(flow.key, flow.hash);
  unlink(id);
  link(id, wanted, segment.ts);
}

std::chrono::nanoseconds FlowTable::timeout(TimeoutClass timeout_class) const {
  switch (timeout_class) {
    case TimeoutClass::tcp_new:
      return limits_.tcp_new_timeout;
    case TimeoutClass::tcp:
      return limits_.tcp_timeout;
    case TimeoutClass::tcp_closed:
      return limits_.tcp_closed_timeout;
    case TimeoutClass::udp:
      return limits_.udp_timeout;
    case TimeoutClass::other:
      break;
  }
  return limits_.other_timeout;
}

// A packet does not move its flow in the list; whoever is met at the list's old end but was active since
// goes to its new end. So a packet costs nothing here, and a flow is visited at most once a timeout.
void FlowTable::expire(Timestamp now) {
  std::vector<uint32_t> over;
  for (size_t i = 0; i < kTimeoutClasses; ++i) {
    const auto timeout_class = static_cast<TimeoutClass>(i);
    const auto limit = timeout(timeout_class);
    const auto limit_seconds =
        static_cast<uint32_t>(std::chrono::floor<std::chrono::seconds>(limit).count());
    List& list = lists_[i];
    const uint32_t last = list.newest;
    for (uint32_t id = list.oldest; id != kNone;) {
      const uint32_t next = record(id).newer;
      const FlowRecord& flow = record(id);
      if (now - flow.last_ts > limit) {
        over.push_back(id);
      } else if (seconds_of(now) - flow.linked_at <= limit_seconds) {
        break;  // all behind it got their place later still
      } else {
        unlink(id);
        link(id, timeout_class, now);
      }
      if (id == last) break;
      id = next;
    }
  }
  std::sort(over.begin(), over.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(record(a).last_ts, record(a).first_frame) <
           std::tie(record(b).last_ts, record(b).first_frame);
  });
  for (const uint32_t id : over) end(id, FlowEndReason::timeout);
}

void FlowTable::end_all() {
  std::vector<uint32_t> all;
  for (const uint32_t id : index_) {
    if (id != kNone) all.push_back(id);
  }
  std::sort(all.begin(), all.end(), [&](uint32_t a, uint32_t b) {
    return record(a).first_frame < record(b).first_frame;
  });
  for (const uint32_t id : all) {
    end(id, record(id).state() == FlowState::closed ? FlowEndReason::closed
                                                    : FlowEndReason::shutdown);
  }
}

// The oldest flow that carries nothing goes first; where all carry something, the oldest.
void FlowTable::evict() {
  constexpr int kLooks = 64;
  weird_.count(Weird::flow_evicted);
  ++evictions_;
  uint32_t oldest = kNone;
  for (const List& list : lists_) {
    int looks = 0;
    for (uint32_t id = list.oldest; id != kNone && looks < kLooks; id = record(id).newer, ++looks) {
      if (record(id).attachment == nullptr) return end(id, FlowEndReason::evicted);
      if (oldest == kNone || record(id).last_ts < record(oldest).last_ts) oldest = id;
    }
  }
  end(oldest, FlowEndReason::evicted);
}

void FlowTable::end(uint32_t id, FlowEndReason reason) {
  FlowRecord& flow = record(id);
  if (reason == FlowEndReason::timeout && flow.state() == FlowState::closed) {
    reason = FlowEndReason::closed;
  }
  sink_.on_flow_end(flow, reason);
  flow.attachment.reset();
  index_remove(id);
  unlink(id);
  free_.push_back(id);
  --size_;
}

void FlowTable::link(uint32_t id, TimeoutClass timeout_class, Timestamp now) {
  FlowRecord& flow = record(id);
  List& list = lists_[static_cast<size_t>(timeout_class)];
  flow.timeout_class = timeout_class;
  flow.linked_at = seconds_of(now);
  flow.newer = kNone;
  flow.older = list.newest;
  (list.newest == kNone ? list.oldest : record(list.newest).newer) = id;
  list.newest = id;
}

void FlowTable::unlink(uint32_t id) {
  const FlowRecord& flow = record(id);
  List& list = lists_[static_cast<size_t>(flow.timeout_class)];
  (flow.older == kNone ? list.oldest : record(flow.older).newer) = flow.newer;
  (flow.newer == kNone ? list.newest : record(flow.newer).older) = flow.older;
}

void FlowTable::index_put(uint32_t id, uint32_t hash) {
  if (size_ * 2 > index_.size()) grow_index();
  const size_t mask = index_.size() - 1;
  size_t slot = hash & mask;
  while (index_[slot] != kNone) slot = (slot + 1) & mask;
  index_[slot] = id;
}

// Backward-shift deletion: what was pushed past the freed slot moves up, so that no tombstones gather.
void FlowTable::index_remove(uint32_t id) {
  const size_t mask = index_.size() - 1;
  size_t slot = record(id).hash & mask;
  while (index_[slot] != id) slot = (slot + 1) & mask;
  for (size_t next = (slot + 1) & mask; index_[next] != kNone; next = (next + 1) & mask) {
    const size_t home = record(index_[next]).hash & mask;
    if (((next - home) & mask) >= ((next - slot) & mask)) {
      index_[slot] = index_[next];
      slot = next;
    }
  }
  index_[slot] = kNone;
}

void FlowTable::grow_index() {
  std::vector<uint32_t> old(index_.size() * 2, kNone);
  old.swap(index_);
  const size_t mask = index_.size() - 1;
  for (const uint32_t id : old) {
    if (id == kNone) continue;
    size_t slot = record(id).hash & mask;
    while (index_[slot] != kNone) slot = (slot + 1) & mask;
    index_[slot] = id;
  }
}

}  // namespace telltale
