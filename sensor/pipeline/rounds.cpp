#include "sensor/pipeline/rounds.h"

#include <algorithm>
#include <tuple>

namespace telltale {
namespace {

constexpr size_t kRoundsUnderWay = 4;

}  // namespace

// Where a shard leaves its events; whoever runs the shard says for which frame and phase, or to whom they go at once.
class WorkerPool::Outbox final : public EventSink {
 public:
  explicit Outbox(uint8_t shard) : shard_(shard) {}
  void set(std::deque<OrderedEvent>& events, FrameRef frame, Phase phase) {
    events_ = &events;
    frame_ = frame;
    phase_ = phase;
  }
  void pass_to(EventSink* sink) { sink_ = sink; }
  void on_event(Event&& event) override {
    if (sink_ != nullptr) return sink_->on_event(std::move(event));
    events_->push_back({frame_, phase_, shard_, std::move(event)});
  }

 private:
  uint8_t shard_;
  EventSink* sink_ = nullptr;
  std::deque<OrderedEvent>* events_ = nullptr;
  FrameRef frame_;
  Phase phase_ = Phase::segment;
};

WorkerPool::WorkerPool(const SensorContext& context, size_t workers)
    : current_(std::make_unique<Round>(workers)), queues_(workers) {
  indexers_.reserve(workers);  // shards refer to them
  for (size_t i = 0; i < workers; ++i) indexers_.push_back(context.detectors.indexer());
  for (size_t i = 0; i < kShards; ++i) {
    outboxes_.push_back(std::make_unique<Outbox>(static_cast<uint8_t>(i)));
    shards_.push_back(std::make_unique<Shard>(context, indexers_[worker_of(i)], *outboxes_[i]));
  }
  if (workers == 1) return;
  for (size_t i = 0; i < workers; ++i) threads_.emplace_back([this, i] { run(i); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::submit(EventSink& sink) {
  if (current_->items == 0) return;
  if (is_inline()) {
    current_->open_flows = run_round(0, *current_);
    deliver(*current_, sink);
    current_->reset();
    return;
  }
  while (under_way_.size() >= kRoundsUnderWay) deliver_oldest(sink);
  {
    const std::lock_guard lock(mutex_);
    for (std::deque<Round*>& queue : queues_) queue.push_back(current_.get());
  }
  work_ready_.notify_all();
  under_way_.push_back(std::move(current_));
  if (done_.empty()) {
    current_ = std::make_unique<Round>(queues_.size());
  } else {
    current_ = std::move(done_.back());
    done_.pop_back();
  }
}

void WorkerPool::drain(EventSink& sink) {
  submit(sink);
  while (!under_way_.empty()) deliver_oldest(sink);
}

void WorkerPool::everywhere(const WorkItem& item, EventSink& sink) {
  drain(sink);
  for (size_t i = 0; i < kShards; ++i) {
    outboxes_[i]->pass_to(&sink);
    run_item(*shards_[i], item);
    outboxes_[i]->pass_to(nullptr);
  }
}

void WorkerPool::deliver_oldest(EventSink& sink) {
  Round& round = *under_way_.front();
  {
    std::unique_lock lock(mutex_);
    round_done_.wait(lock, [&] { return round.pending == 0; });
  }
  deliver(round, sink);
  round.reset();
  done_.push_back(std::move(under_way_.front()));
  under_way_.pop_front();
}

void WorkerPool::deliver(Round& round, EventSink& sink) {
  open_flows_ = round.open_flows;
  std::vector<OrderedEvent*> all;
  for (std::deque<OrderedEvent>& events : round.events) {
    for (OrderedEvent& ordered : events) all.push_back(&ordered);
  }
  // A shard's events stand together and in their order of birth in one worker's list: stable is enough.
  std::stable_sort(all.begin(), all.end(), [](const OrderedEvent* a, const OrderedEvent* b) {
    return std::tie(a->frame, a->phase, a->shard) < std::tie(b->frame, b->phase, b->shard);
  });
  for (OrderedEvent* ordered : all) sink.on_event(std::move(ordered->event));
}

void WorkerPool::run(size_t worker) {
  for (;;) {
    Round* round = nullptr;
    {
      std::unique_lock lock(mutex_);
      work_ready_.wait(lock, [&] { return stopping_ || !queues_[worker].empty(); });
      if (queues_[worker].empty()) return;
      round = queues_[worker].front();
      queues_[worker].pop_front();
    }
    const size_t open_flows = run_round(worker, *round);
    {
      const std::lock_guard lock(mutex_);
      round->open_flows += open_flows;
      --round->pending;
    }
    round_done_.notify_one();
  }
}

size_t WorkerPool::run_round(size_t worker, Round& round) {
  size_t open_flows = 0;
  for (size_t index = 0; index < kShards; ++index) {
    if (worker_of(index) != worker) continue;
    Shard& shard = *shards_[index];
    Lookahead lookahead(shard, [&](const WorkItem& item) {
      outboxes_[index]->set(round.events[worker], item.segment.frame, item.phase);
      run_item(shard, item);
    });
    for (WorkItem& item : round.work[index]) lookahead.add(item);
    lookahead.drain();
    open_flows += shard.open_flows();
  }
  return open_flows;
}

}  // namespace telltale
