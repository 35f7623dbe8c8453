#include "sensor/flow/flow_table.h"

#include <algorithm>
#include <tuple>

#include "sensor/flow/originator.h"

namespace telltale {
namespace {

bool same_second(Timestamp a, Timestamp b) {
  return a.time_since_epoch().count() >> 30 == b.time_since_epoch().count() >> 30;
}

// A SYN that cannot belong to the connection we know under its key: the ports are used again.
bool reuses_ports(const FlowRecord& record, const Segment& segment, bool from_low) {
  if (segment.ip_proto != kTcp) return false;
  if ((segment.tcp.flags & (kSyn | kAck | kRst)) != kSyn) return false;
  if (record.closed || record.low_finished || record.high_finished) return true;
  const bool from_client = from_low == record.low_is_client;
  if (!record.has_isn || !from_client) return record.carries_payload;  // else late, or simultaneous
  return segment.tcp.seq != record.client_isn;
}

void follow_tcp(FlowRecord& record, const Segment& segment, bool from_low) {
  const uint8_t flags = segment.tcp.flags;
  record.tcp_flags |= flags;
  if ((flags & kFin) != 0) {
    if (from_low) {
      record.low_finished = true;
    } else {
      record.high_finished = true;
    }
  }
  if ((flags & kRst) != 0 || (record.low_finished && record.high_finished)) record.closed = true;
}

bool is_established(const FlowRecord& record, const Segment& segment) {
  const bool both_spoke = record.by_end[0].packets > 0 && record.by_end[1].packets > 0;
  if (segment.ip_proto != kTcp) return both_spoke;
  return record.carries_payload ||
         (both_spoke && (segment.tcp.flags & (kSyn | kAck | kRst)) == kAck);
}

}  // namespace

FlowTable::FlowTable(const Limits& limits, const std::vector<Cidr>& home_networks,
                     WeirdCounts& weird, FlowEndSink& sink)
    : home_networks_(home_networks),
      weird_(weird),
      sink_(sink),
      max_flows_(std::max<size_t>(limits.max_flows, 1)),
      max_with_payload_(std::max<size_t>(limits.max_payload_flows, 1)),
      timeouts_{limits.tcp_new_timeout, limits.tcp_timeout, limits.tcp_closed_timeout,
                limits.udp_timeout, limits.other_timeout} {}

uint8_t FlowTable::queue_of(const FlowRecord& record) {
  Class timeout = kOther;
  if (record.key.ip_proto == kTcp) {
    timeout = record.closed ? kTcpClosed : record.established ? kTcpOpen : kTcpNew;
  } else if (record.key.ip_proto == kUdp) {
    timeout = kDatagrams;
  }
  return static_cast<uint8_t>(timeout * 2 + (record.carries_payload ? 1 : 0));
}

FlowRecord& FlowTable::at(const Segment& segment, Direction* direction) {
  bool from_low = false;
  const FlowKey key = key_of(segment, &from_low);
  const uint32_t hash = index_.hash(key);
  uint32_t number = index_.find(hash, [&](uint32_t i) { return same(records_[i].key, key); });
  if (number != FlowIndex::kNone) {
    const FlowRecord& known = records_[number];
    if (was_idle(known, segment.ts)) {
      end(number, known.closed ? FlowEndReason::closed : FlowEndReason::timeout);
      number = FlowIndex::kNone;
    } else if (reuses_ports(known, segment, from_low)) {
      weird_.count(Weird::tcp_port_reused);
      end(number, FlowEndReason::closed);
      number = FlowIndex::kNone;
    } else {
      learn_opening(records_[number], segment, from_low);
    }
  }
  if (number == FlowIndex::kNone) number = begin(key, hash, segment, from_low);
  count(number, segment, from_low);
  FlowRecord& record = records_[number];
  *direction = record.direction(from_low);
  return record;
}

uint32_t FlowTable::foresee(const Segment& segment) const {
  bool from_low = false;
  const uint32_t hash = index_.hash(key_of(segment, &from_low));
  index_.prefetch(hash);
  return hash;
}

void FlowTable::fetch_record(uint32_t foreseen) {
  const uint32_t number = index_.likely(foreseen);
  if (number == FlowIndex::kNone) return;
  const FlowRecord& record = records_[number];
  __builtin_prefetch(&record, 1);
  __builtin_prefetch(reinterpret_cast<const char*>(&record) + 64, 1);
}

const FlowAttachment* FlowTable::likely_attachment(uint32_t foreseen) {
  const uint32_t number = index_.likely(foreseen);
  return number == FlowIndex::kNone ? nullptr : records_[number].attachment.get();
}

uint32_t FlowTable::begin(const FlowKey& key, uint32_t hash, const Segment& segment,
                          bool from_low) {
  make_room();
  const uint32_t number = records_.take();
  FlowRecord& record = records_[number];
  record.key = key;
  record.first_ts = record.last_ts = segment.ts;
  record.first_frame = segment.frame;
  record.icmp = segment.icmp;
  settle_originator(record, segment, from_low, home_networks_);
  index_.insert(hash, number);
  link(number, queue_of(record));
  ++total_flows_;
  return number;
}

void FlowTable::count(uint32_t number, const Segment& segment, bool from_low) {
  FlowRecord& record = records_[number];
  FlowCounts& sent = record.by_end[from_low ? 0 : 1];
  ++sent.packets;
  sent.bytes += segment.wire_size;
  if (segment.payload_wire_size > 0) record.carries_payload = true;
  if (segment.ip_proto == kTcp) follow_tcp(record, segment, from_low);
  if (!record.established) record.established = is_established(record, segment);
  const Timestamp before = record.last_ts;
  record.last_ts = std::max(before, segment.ts);
  const uint8_t queue = queue_of(record);
  if (queue == record.queue && same_second(before, record.last_ts)) return;
  unlink(number);
  link(number, queue);
}

void FlowTable::expire(Timestamp now) {
  for (const Queue& queue : queues_) {
    for (uint32_t i = queue.oldest; i != FlowIndex::kNone && was_idle(records_[i], now);
         i = records_[i].newer) {
      ending_.push_back(i);
    }
  }
  end_collected(true);
}

void FlowTable::end_all() {
  for (const Queue& queue : queues_) {
    for (uint32_t i = queue.oldest; i != FlowIndex::kNone; i = records_[i].newer) {
      ending_.push_back(i);
    }
  }
  end_collected(false);
}

void FlowTable::end_collected(bool by_time) {
  std::sort(ending_.begin(), ending_.end(), [this](uint32_t a, uint32_t b) { return older(a, b); });
  for (const uint32_t number : ending_) {
    const FlowEndReason open = by_time ? FlowEndReason::timeout : FlowEndReason::shutdown;
    end(number, records_[number].closed ? FlowEndReason::closed : open);
  }
  ending_.clear();
}

bool FlowTable::older(uint32_t a, uint32_t b) {
  const auto age = [this](uint32_t i) {
    return std::tie(records_[i].last_ts, records_[i].first_frame, records_[i].key);
  };
  return age(a) < age(b);
}

// What is known least of goes first: flows that never carried payload.
void FlowTable::make_room() {
  if (with_payload_ >= max_with_payload_) evict(oldest_of(true));
  if (size() < max_flows_) return;
  const uint32_t without = oldest_of(false);
  evict(without != FlowIndex::kNone ? without : oldest_of(true));
}

void FlowTable::evict(uint32_t victim) {
  weird_.count(Weird::flow_evicted);
  ++evictions_;
  end(victim, FlowEndReason::evicted);
}

uint32_t FlowTable::oldest_of(bool with_payload) {
  uint32_t oldest = FlowIndex::kNone;
  for (size_t i = with_payload ? 1 : 0; i < queues_.size(); i += 2) {
    const uint32_t front = queues_[i].oldest;
    if (front == FlowIndex::kNone) continue;
    if (oldest == FlowIndex::kNone || older(front, oldest)) oldest = front;
  }
  return oldest;
}

void FlowTable::end(uint32_t number, FlowEndReason reason) {
  FlowRecord& record = records_[number];
  sink_.on_flow_end(record, reason);
  unlink(number);
  index_.erase(index_.hash(record.key), number);
  records_.give_back(number);
}

void FlowTable::link(uint32_t number, uint8_t queue) {
  FlowRecord& record = records_[number];
  Queue& list = queues_[queue];
  with_payload_ += queue % 2;
  record.queue = queue;
  record.older = list.newest;
  record.newer = FlowIndex::kNone;
  (list.newest == FlowIndex::kNone ? list.oldest : records_[list.newest].newer) = number;
  list.newest = number;
}

void FlowTable::unlink(uint32_t number) {
  const FlowRecord& record = records_[number];
  Queue& list = queues_[record.queue];
  with_payload_ -= record.queue % 2;
  (record.older == FlowIndex::kNone ? list.oldest : records_[record.older].newer) = record.newer;
  (record.newer == FlowIndex::kNone ? list.newest : records_[record.newer].older) = record.older;
}

}  // namespace telltale
