// The flow table: which packets belong together, who opened the conversation, and when it is over.
//
// Records live in stable storage and are found through an open-addressed index with a random key, so that
// traffic cannot make chains. Each record stands in the list of its timeout class in the order in which it
// was last looked at; expiry visits only those whose time may be over. A flow costs one record until it
// carries payload; what it needs then hangs on it as an attachment.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "config/limits.h"
#include "sensor/base/hash.h"
#include "sensor/base/weird.h"
#include "sensor/model/event.h"
#include "sensor/model/flow.h"

namespace telltale {

// What the pipeline hangs on a flow.
class FlowAttachment {
 public:
  virtual ~FlowAttachment() = default;
};

// How the originator was told, weakest first.
enum class OriginatorBy : uint8_t { first_packet, ports, home, syn };

enum class TimeoutClass : uint8_t { tcp_new, tcp, tcp_closed, udp, other };
inline constexpr size_t kTimeoutClasses = 5;

struct FlowRecord {
  FlowKey key;
  uint32_t hash = 0;
  Timestamp first_ts;
  Timestamp last_ts;
  FrameRef first_frame;
  std::unique_ptr<FlowAttachment> attachment;
  std::array<uint64_t, 2> bytes{};    // by Direction, frames on the wire
  std::array<uint32_t, 2> packets{};  // by Direction
  uint32_t syn_seq = 0;               // of the client's SYN
  uint32_t newer = 0;                 // neighbours in the list of the timeout class
  uint32_t older = 0;
  uint32_t linked_at = 0;             // when it got its place in that list, seconds of packet time
  IcmpHeader icmp;
  uint8_t tcp_flags = 0;  // all seen
  bool low_is_client : 1 = true;
  bool saw_syn : 1 = false;
  bool saw_payload : 1 = false;
  bool fin_from_low : 1 = false;
  bool fin_from_high : 1 = false;
  bool reset : 1 = false;
  OriginatorBy originator_by : 2 = OriginatorBy::first_packet;
  TimeoutClass timeout_class : 3 = TimeoutClass::other;

  const Endpoint& client() const { return low_is_client ? key.low : key.high; }
  const Endpoint& server() const { return low_is_client ? key.high : key.low; }
  Direction direction(bool from_low) const {
    return from_low == low_is_client ? Direction::to_server : Direction::to_client;
  }
  std::array<FlowCounts, 2> counts() const {
    return {FlowCounts{packets[0], bytes[0]}, FlowCounts{packets[1], bytes[1]}};
  }
  FlowState state() const;
};
static_assert(sizeof(FlowRecord) <= 128);

class FlowEndSink {
 public:
  virtual ~FlowEndSink() = default;
  // The record is gone after the call.
  virtual void on_flow_end(FlowRecord& record, FlowEndReason reason) = 0;
};

class FlowTable {
 public:
  // All must outlive the table.
  FlowTable(const Limits& limits, const std::vector<Cidr>& home_networks, WeirdCounts& weird,
            FlowEndSink& sink);
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;

  // The flow of `segment`, which is counted in it. May first end flows: one that this segment shows to be
  // over, or the oldest when the table is full. The reference holds until the flow ends.
  FlowRecord& at(const Segment& segment, Direction* direction);
  // Ends what has been idle for longer than its timeout. Cheap; call about once a second of packet time.
  void expire(Timestamp now);
  void end_all();

  size_t size() const { return size_; }
  uint64_t evictions() const { return evictions_; }
  uint64_t total_flows() const { return total_; }

 private:
  static constexpr uint32_t kNone = 0xffffffff;
  static constexpr size_t kBlock = 1024;

  struct List {
    uint32_t oldest = kNone;
    uint32_t newest = kNone;
  };

  FlowRecord& record(uint32_t id) { return blocks_[id / kBlock][id % kBlock]; }
  uint32_t hash_of(const FlowKey& key) const;
  uint32_t find(const FlowKey& key, uint32_t hash);
  uint32_t add(const FlowKey& key, uint32_t hash, const Segment& segment, bool from_low);
  void settle_originator(FlowRecord& flow, const Segment& segment, bool from_low);
  void count(FlowRecord& flow, const Segment& segment, bool from_low);
  bool is_over(const FlowRecord& flow, const Segment& segment, bool from_low) const;
  bool is_reuse(const FlowRecord& flow, const Segment& segment, bool from_low) const;
  std::chrono::nanoseconds timeout(TimeoutClass timeout_class) const;
  void evict();
  void end(uint32_t id, FlowEndReason reason);
  void link(uint32_t id, TimeoutClass timeout_class, Timestamp now);
  void unlink(uint32_t id);
  void index_put(uint32_t id, uint32_t hash);
  void index_remove(uint32_t id);
  void grow_index();

  const Limits& limits_;
  const std::vector<Cidr>& home_;
  WeirdCounts& weird_;
  FlowEndSink& sink_;
  HashKey hash_key_ = random_hash_key();
  std::vector<std::unique_ptr<FlowRecord[]>> blocks_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> index_;  // record ids, kNone where empty; a power of two
  std::array<List, kTimeoutClasses> lists_;
  size_t size_ = 0;
  uint32_t used_ = 0;  // records ever handed out
  uint64_t evictions_ = 0;
  uint64_t total_ = 0;
};

}  // namespace telltale
