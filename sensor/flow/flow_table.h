// FlowTable: every conversation of a shard, found by key, ended by time, room or the end of input.
//
// Records stand in queues, one for each timeout and for whether the flow carries payload. A queue
// is in the order of the last packets (to the second, so that a busy flow is not moved with every
// packet), so ending idle flows looks only at those that end, and the oldest flow is at the front
// of a queue. Whether a flow was idle for too long is also asked when its next packet comes: how
// packets form flows depends on nothing but the packets of that key.
#pragma once

#include <array>
#include <vector>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/flow/flow_index.h"
#include "sensor/flow/flow_pool.h"
#include "sensor/flow/flow_record.h"

namespace telltale {

// Must not call back into the table. The record is gone when the call returns.
class FlowEndSink {
 public:
  virtual ~FlowEndSink() = default;
  virtual void on_flow_end(FlowRecord& record, FlowEndReason reason) = 0;
};

class FlowTable {
 public:
  // All arguments must outlive the table. Its destruction ends no flow: call end_all() before.
  FlowTable(const Limits& limits, const std::vector<Cidr>& home_networks, WeirdCounts& weird,
            FlowEndSink& sink);
  FlowTable(const FlowTable&) = delete;

  // The flow of `segment`, found or begun, with the segment counted in; `*direction` says which way
  // it goes. May end flows: the one that had this key before, or the oldest when the table is full.
  // The reference is valid until that flow ends.
  FlowRecord& at(const Segment& segment, Direction* direction);
  // For whoever knows some segments ahead which will come: three steps, each called some segments
  // before the next, so that no step and in the end not at() waits for memory.
  uint32_t foresee(const Segment& segment) const;
  void fetch_record(uint32_t foreseen);
  const FlowAttachment* likely_attachment(uint32_t foreseen);
  // Ends what has been idle for its timeout, in the order of last packets. Visits only those (and,
  // where times of packets go back, may leave one for a later call).
  void expire(Timestamp now);
  // Ends all, in the order of last packets.
  void end_all();

  size_t size() const { return index_.size(); }
  uint64_t evictions() const { return evictions_; }
  uint64_t total_flows() const { return total_flows_; }

 private:
  enum Class : uint8_t { kTcpNew, kTcpOpen, kTcpClosed, kDatagrams, kOther, kClassCount };
  struct Queue {
    uint32_t oldest = FlowIndex::kNone;
    uint32_t newest = FlowIndex::kNone;
  };
  // Even ones hold flows without payload, odd ones those with.
  static constexpr size_t kQueueCount = size_t{kClassCount} * 2;

  static uint8_t queue_of(const FlowRecord& record);
  Duration timeout_of(const FlowRecord& record) const { return timeouts_[record.queue / 2]; }
  bool was_idle(const FlowRecord& record, Timestamp now) const {
    return now - record.last_ts > timeout_of(record);
  }
  uint32_t begin(const FlowKey& key, uint32_t hash, const Segment& segment, bool from_low);
  void count(uint32_t number, const Segment& segment, bool from_low);
  void make_room();
  void evict(uint32_t victim);
  uint32_t oldest_of(bool with_payload);
  bool older(uint32_t a, uint32_t b);
  void end(uint32_t number, FlowEndReason reason);
  void end_collected(bool by_time);
  void link(uint32_t number, uint8_t queue);
  void unlink(uint32_t number);

  const std::vector<Cidr>& home_networks_;
  WeirdCounts& weird_;
  FlowEndSink& sink_;
  size_t max_flows_;
  size_t max_with_payload_;
  size_t with_payload_ = 0;
  std::array<Duration, kClassCount> timeouts_;
  FlowIndex index_;
  FlowPool records_;
  std::array<Queue, kQueueCount> queues_;
  std::vector<uint32_t> ending_;  // kept for its room
  uint64_t evictions_ = 0;
  uint64_t total_flows_ = 0;
};

}  // namespace telltale
