// Rounds: how work reaches the workers and events come back in order.
//
// The reader fills a round with some thousand segments, a list for each shard; a worker does the lists of its
// shards, one after the other, so that what a shard works with stays near the processor, and leaves the events
// in the round; when all have, the round's events are sorted by (frame, phase, shard, order of birth): the same
// order whatever the number of workers.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sensor/model/message.h"
#include "sensor/pipeline/event_sink.h"
#include "sensor/pipeline/lanes.h"
#include "sensor/pipeline/shard.h"
#include "sensor/pipeline/sharding.h"
#include "sensor/pipeline/work_items.h"

namespace telltale {

struct OrderedEvent {
  FrameRef frame;
  Phase phase = Phase::segment;
  uint8_t shard = 0;
  Event event;
};

struct Round {
  explicit Round(size_t workers) : events(workers), pending(workers) {}
  std::array<std::vector<WorkItem>, kShards> work;
  std::vector<std::deque<OrderedEvent>> events;  // by worker; too large to be moved as a list grows
  Arena bytes;      // copies of packets whose source does not keep them
  std::vector<std::shared_ptr<const Batch>> batches;  // that hold such copies
  size_t batch_bytes = 0;
  size_t items = 0;
  // Guarded by the pool's mutex:
  size_t pending;         // workers that are not done
  size_t open_flows = 0;  // of the shards of those that are

  void hold(const std::shared_ptr<const Batch>& batch) {
    if (!batches.empty() && batches.back() == batch) return;
    batches.push_back(batch);
    batch_bytes += batch->bytes.bytes();
  }
  void add(size_t shard, const WorkItem& item) {
    work[shard].push_back(item);
    ++items;
  }
  // Empty again, for the same number of workers; what its lists grew to they keep.
  void reset() {
    for (auto& items_of_one : work) items_of_one.clear();
    for (auto& events_of_one : events) events_of_one.clear();
    bytes = Arena();
    batches.clear();
    batch_bytes = 0;
    items = 0;
    pending = events.size();
    open_flows = 0;
  }
  size_t copied() const { return bytes.bytes() + batch_bytes; }
};

// Runs the shards: on threads of its own, or, where one worker is asked for, on the caller's.
class WorkerPool {
 public:
  WorkerPool(const SensorContext& context, size_t workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;

  // The round that is being filled.
  Round& current() { return *current_; }
  // Hands the current round to the workers and starts another. Delivers what older rounds brought, and
  // waits while too many are under way.
  void submit(EventSink& sink);
  // Waits for all and delivers everything.
  void drain(EventSink& sink);
  // After all that was added: `item` in every shard, on the caller's thread, and what comes of it is delivered
  // at once. For what may end every flow: a round would hold all their events.
  void everywhere(const WorkItem& item, EventSink& sink);
  // Does the caller do the work?
  bool is_inline() const { return threads_.empty(); }
  // Flows of all shards, as of the last round that was delivered.
  size_t open_flows() const { return open_flows_; }
  // REQUIRES: drained.
  Shard& shard(size_t index) { return *shards_[index]; }

 private:
  class Outbox;

  size_t worker_of(size_t shard) const { return shard % queues_.size(); }
  void run(size_t worker);
  // Returns how many flows the worker's shards have then.
  size_t run_round(size_t worker, Round& round);
  void deliver_oldest(EventSink& sink);
  void deliver(Round& round, EventSink& sink);

  std::vector<ContentIndexer> indexers_;           // by worker
  std::vector<std::unique_ptr<Outbox>> outboxes_;  // by shard
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Round> current_;
  std::deque<std::unique_ptr<Round>> under_way_;
  std::vector<std::unique_ptr<Round>> done_;  // to be used again
  std::vector<std::deque<Round*>> queues_;  // by worker
  std::mutex mutex_;
  std::condition_variable work_ready_;
  std::condition_variable round_done_;
  bool stopping_ = false;
  size_t open_flows_ = 0;
  std::vector<std::thread> threads_;  // none where the caller does the work
};

}  // namespace telltale
