#include "sensor/pipeline/engine.h"

#include <algorithm>
#include <unordered_map>

#include "sensor/decode/decoder.h"
#include "sensor/pipeline/lanes.h"
#include "sensor/pipeline/rounds.h"
#include "sensor/policy/devices.h"
#include "sensor/proto/announcement.h"

namespace telltale {
namespace {

constexpr size_t kItemsPerRound = 4096;
constexpr size_t kItemsPerLiveRound = 512;   // their packets are copied, and somebody waits
constexpr size_t kBytesPerRound = 4U << 20;  // of copied packets
constexpr uint64_t kPacketsPerProgress = 8192;
constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::minutes kStatsEvery{1};  // of a live source
constexpr std::chrono::hours kClockJump{1};

// Packet time as the whole sensor sees it: it does not go back, unless a capture starts far in the
// past of the last one.
class PacketClock {
 public:
  // True when at least a tick has passed since it last said so.
  bool advance(Timestamp ts) {
    if (!started_ || ts < now_ - kClockJump) {
      started_ = true;
      now_ = ts;
      next_ = ts + kTick;
      return false;
    }
    now_ = std::max(now_, ts);
    if (now_ < next_) return false;
    next_ = now_ + kTick;
    return true;
  }
  Timestamp now() const { return now_; }

 private:
  bool started_ = false;
  Timestamp now_;
  Timestamp next_;
};

// A device is told once, however many shards see it (its IPv4 and IPv6 addresses may fall into
// two).
class DeviceAnnouncer final : public EventSink {
 public:
  // Remembers `most` devices; beyond, one may be told again.
  DeviceAnnouncer(EventSink& next, size_t most) : next_(next), most_(most) {}
  void on_event(Event&& event) override {
    if (std::holds_alternative<DeviceEvent>(event.payload)) {
      if (known_.size() >= most_ && !known_.contains(event.device->id)) known_.clear();
      std::string& known = known_[event.device->id];
      const std::string& name = event.device->name;
      std::string now = name + '\n';
      // A shard that sees another address of the device may not know its name.
      if (known == now || (name.empty() && !known.empty())) return;
      known = std::move(now);
    }
    next_.on_event(std::move(event));
  }

 private:
  EventSink& next_;
  const size_t most_;
  std::unordered_map<std::string, std::string> known_;  // id -> name
};

void count_transport(const DecodeCounts& counts, std::map<std::string, uint64_t>& transport) {
  const auto note = [&](const char* name, uint64_t count) {
    if (count > 0) transport[name] = count;
  };
  note("tcp", counts.tcp);
  note("udp", counts.udp);
  note("icmp", counts.icmp);
  note("icmpv6", counts.icmpv6);
  note("sctp", counts.sctp);
  note("other_ip", counts.other_ip);
  note("arp", counts.arp);
  note("non_ip", counts.non_ip);
}

// What the way of a packet differs in between one thread and several.
template <typename Tick, typename Everyone, typename OneSegment, typename CatchUp, typename Share,
          typename TellStats>
struct Steps {
  Tick tick;           // time has passed
  Everyone everyone;   // every shard does this
  OneSegment segment;  // its shard does
  CatchUp catch_up;    // returns when all so far is done and its events are delivered
  Share share;         // what all shards know of groups, at rest
  TellStats tell_stats;
};
template <typename Tick, typename Everyone, typename OneSegment, typename CatchUp, typename Share,
          typename TellStats>
Steps(Tick, Everyone, OneSegment, CatchUp, Share, TellStats)
    -> Steps<Tick, Everyone, OneSegment, CatchUp, Share, TellStats>;  // clang 14 needs it

}  // namespace

class Engine::Impl {
 public:
  Impl(const SensorContext& context, size_t workers)
      : context_(context),
        workers_(std::clamp<size_t>(workers, 1, kShards)),
        decoder_(context.limits, weird_),
        macs_(context.config, weird_) {}

  void run(PacketSource& source, EventSink& sink, EngineHooks& hooks) {
    DeviceAnnouncer announcer(sink, kShards * context_.limits.max_devices);
    if (source.is_live()) items_per_round_ = kItemsPerLiveRound;
    if (workers_ == 1) {
      run_inline(source, announcer, hooks);
    } else {
      run_pool(source, announcer, hooks);
    }
  }

 private:
  // The way of every packet: counted, decoded, handed to `steps`. Of a source with lanes the first
  // half of it is done by LaneReaders.
  template <typename Steps>
  void read(PacketSource& source, EngineHooks& hooks, Steps& steps) {
    if (const auto lanes = source.lanes(); lanes.size() > 1) {
      read_lanes(source, lanes, hooks, steps);
    } else {
      read_packets(source, hooks, steps);
    }
    steps.catch_up();
    hooks.take_keys(true);
    stats_.dropped = source.dropped();
  }

  template <typename Steps>
  void read_packets(PacketSource& source, EngineHooks& hooks, Steps& steps) {
    const bool live = source.is_live();
    Packet packet;
    Segment segment;
    while (source.next(packet)) {
      take_wanted_keys(hooks, steps);
      const bool silence = live && packet.is_silence();
      if (!silence) {
        ++stats_.packets;
        stats_.bytes += packet.wire_size;
        last_frame_ = packet.frame;
      }
      pass_time(packet.ts, source, hooks, steps);
      if (silence) {
        steps.catch_up();
        continue;
      }
      if (decoder_.decode(packet, segment)) take(segment, steps);
      if (stats_.packets % kPacketsPerProgress == 0) hooks.on_progress();
    }
  }

  template <typename Steps>
  void read_lanes(PacketSource& source, const std::vector<PacketSource*>& lanes, EngineHooks& hooks,
                  Steps& steps) {
    lanes_.resize(lanes.size());
    LaneReaders readers(lanes, context_.limits);
    while ((batch_ = readers.next())) {
      take_wanted_keys(hooks, steps);
      Lane& lane = lanes_[batch_->lane];
      lane.decoded = batch_->decoded;
      lane.weird = batch_->weird;
      stats_.packets += batch_->packets;
      stats_.bytes += batch_->wire_bytes;
      for (Segment segment : batch_->segments) {
        segment.frame = last_frame_ = lane.frames.renumber(segment.frame, frames_);
        pass_time(segment.ts, source, hooks, steps);
        take(segment, steps);
      }
      pass_time(batch_->ts, source, hooks, steps);
      if (batch_->packets == 0 && readers.is_idle()) steps.catch_up();
    }
  }

  template <typename Steps>
  void take_wanted_keys(EngineHooks& hooks, Steps& steps) {
    if (!hooks.wants_keys()) return;
    steps.catch_up();
    hooks.take_keys(false);
  }

  template <typename Steps>
  void pass_time(Timestamp ts, PacketSource& source, EngineHooks& hooks, Steps& steps) {
    if (!clock_.advance(ts)) return;
    hooks.take_keys(false);
    steps.tick(clock_.now(), last_frame_);
    if (is_time_to_share()) {
      steps.catch_up();
      steps.share();
    }
    if (!source.is_live()) return;
    steps.catch_up();
    if (is_time_for_stats()) {
      stats_.dropped = source.dropped();
      steps.tell_stats();
    }
    hooks.on_second(clock_.now());
  }

  template <typename Steps>
  void take(Segment& segment, Steps& steps) {
    macs_.clean(segment);
    const bool announces = may_announce(segment);
    if (announces) hear(segment);
    for (const MacJoin& join : macs_.take_joins()) {
      steps.everyone(Phase::join, join_segment(join, segment));
    }
    if (announces) steps.everyone(Phase::hear, segment);
    steps.segment(segment);
  }

  void hear(const Segment& segment) {
    class Listener final : public NoteSink {
     public:
      Listener(SharedMacs& macs, Timestamp ts) : macs_(macs), ts_(ts) {}
      void on_note(const DeviceNote& note) override { macs_.hear(note, ts_); }

     private:
      SharedMacs& macs_;
      Timestamp ts_;
    };
    Listener listener(macs_, segment.ts);
    read_announcement(segment, listener);
  }

  static Segment join_segment(const MacJoin& join, const Segment& cause) {
    Segment segment;
    segment.ts = cause.ts;
    segment.frame = cause.frame;
    segment.src_mac = join.mac;
    segment.dst_mac = join.known_as;
    return segment;
  }

  // The first tick of each hour of packet time; an hour is over alike whatever the number of
  // workers.
  bool is_time_to_share() {
    const auto hour = std::chrono::floor<std::chrono::hours>(clock_.now().time_since_epoch());
    return std::exchange(hour_, hour) != hour;
  }

  template <typename ShardAt>
  static void warm_up(ShardAt shard_at) {
    for (size_t i = 0; i < kShards; ++i) shard_at(i).warm_up();
  }

  template <typename ShardAt>
  static void share_habits(ShardAt shard_at) {
    auto all = std::make_shared<GroupHabits>();
    for (size_t i = 0; i < kShards; ++i) shard_at(i).give_habits(*all);
    for (size_t i = 0; i < kShards; ++i) shard_at(i).take_habits(all);
  }

  bool is_time_for_stats() {
    if (next_stats_ == Timestamp{}) next_stats_ = clock_.now() + kStatsEvery;
    const Timestamp now = clock_.now();
    if (now < next_stats_ && next_stats_ - now <= kStatsEvery) return false;
    next_stats_ = now + kStatsEvery;
    return true;
  }

  void run_inline(PacketSource& source, EventSink& sink, EngineHooks& hooks) {
    std::vector<std::unique_ptr<Shard>> shards;
    for (size_t i = 0; i < kShards; ++i) {
      shards.push_back(std::make_unique<Shard>(context_, sink));
    }
    const auto& home = context_.config.sensor.home_networks;
    const auto numbered = [&](size_t i) -> Shard& { return *shards[i]; };
    if (source.is_live()) warm_up(numbered);
    const auto shard_at = [&](const WorkItem& item) -> Shard& { return *shards[item.shard]; };
    Lookahead lookahead(shard_at, [&](const WorkItem& item) { run_item(shard_at(item), item); });
    std::vector<WorkItem> items(decltype(lookahead)::kAhead + 1);
    size_t next = 0;
    const auto tick = [&](Timestamp now, FrameRef frame) {
      lookahead.drain();
      for (auto& shard : shards) shard->tick(now, frame);
    };
    const auto everyone = [&](Phase phase, const Segment& segment) {
      lookahead.drain();
      for (auto& shard : shards) run_item(*shard, {phase, 0, 0, segment});
    };
    const auto one_segment = [&](const Segment& segment) {
      WorkItem& item = items[next++ % items.size()];
      item = segment_item(segment, home);
      lookahead.add(item);
      if (!source.keeps_bytes() || decoder_.last_was_reassembled()) lookahead.drain();
    };
    const auto catch_up = [&] { lookahead.drain(); };
    const auto share = [&] { share_habits(numbered); };
    const auto tell = [&] { tell_stats(numbered, sink, hooks); };
    Steps steps{tick, everyone, one_segment, catch_up, share, tell};
    read(source, hooks, steps);
    for (auto& shard : shards) shard->finish(last_frame_);
    close(numbered, sink, hooks);
  }

  static WorkItem segment_item(const Segment& segment, const std::vector<Cidr>& home) {
    return {Phase::segment, static_cast<uint8_t>(shard_of(segment, home)), 0, segment};
  }

  void run_pool(PacketSource& source, EventSink& sink, EngineHooks& hooks) {
    WorkerPool pool(context_, workers_);
    const auto numbered = [&](size_t i) -> Shard& { return pool.shard(i); };
    if (source.is_live()) warm_up(numbered);
    const auto& home = context_.config.sensor.home_networks;
    const auto everywhere = [&](Phase phase, Timestamp now, FrameRef frame) {
      Segment segment;
      segment.ts = now;
      segment.frame = frame;
      push_everywhere(pool, phase, segment);
      submit_when_full(pool, sink);
    };
    const auto keep = [&](Segment& segment) {
      if (batch_) {
        pool.current().hold(batch_);
      } else if (!source.keeps_bytes() || decoder_.last_was_reassembled()) {
        keep_bytes(pool.current().bytes, segment);
      }
    };
    const auto tick = [&](Timestamp now, FrameRef frame) { everywhere(Phase::tick, now, frame); };
    const auto everyone = [&](Phase phase, Segment segment) {
      if (phase == Phase::hear) keep(segment);
      push_everywhere(pool, phase, segment);
    };
    const auto one_segment = [&](const Segment& segment) {
      WorkItem item = segment_item(segment, home);
      keep(item.segment);
      push(pool, item);
      submit_when_full(pool, sink);
    };
    const auto catch_up = [&] { pool.drain(sink); };
    const auto share = [&] { share_habits(numbered); };
    const auto tell = [&] { tell_stats(numbered, sink, hooks); };
    Steps steps{tick, everyone, one_segment, catch_up, share, tell};
    read(source, hooks, steps);
    everywhere(Phase::finish, clock_.now(), last_frame_);
    pool.drain(sink);
    close(numbered, sink, hooks);
  }

  static void push(WorkerPool& pool, const WorkItem& item) {
    Round& round = pool.current();
    round.work[pool.worker_of(item.shard)].push_back(item);
    ++round.items;
  }
  static void push_everywhere(WorkerPool& pool, Phase phase, const Segment& segment) {
    for (size_t shard = 0; shard < kShards; ++shard) {
      push(pool, {phase, static_cast<uint8_t>(shard), 0, segment});
    }
  }
  // Call when all items that share bytes are pushed: a round owns the bytes of its items.
  void submit_when_full(WorkerPool& pool, EventSink& sink) const {
    const Round& round = pool.current();
    if (round.items >= items_per_round_ || round.copied() >= kBytesPerRound) pool.submit(sink);
  }

  // Alerts and notices of all shards in order of their first occurrence, then the stats.
  template <typename ShardAt>
  void close(ShardAt shard_at, EventSink& sink, EngineHooks& hooks) {
    class Collector final : public EventSink {
     public:
      void on_event(Event&& event) override { events.push_back(std::move(event)); }
      std::vector<Event> events;
    } alerts;
    for (size_t i = 0; i < kShards; ++i) shard_at(i).close_alerts(alerts);
    std::stable_sort(alerts.events.begin(), alerts.events.end(),
                     [](const Event& a, const Event& b) { return a.order < b.order; });
    for (Event& alert : alerts.events) sink.on_event(std::move(alert));
    tell_stats(shard_at, sink, hooks);
  }

  // All counters since the beginning. The shards must be at rest.
  template <typename ShardAt>
  void tell_stats(ShardAt shard_at, EventSink& sink, EngineHooks& hooks) {
    StatsEvent stats = stats_;
    for (size_t i = 0; i < kShards; ++i) shard_at(i).add_to(stats);
    stats.weird.add(weird_);
    DecodeCounts decoded = decoder_.counts();
    for (const Lane& lane : lanes_) {
      stats.weird.add(lane.weird);
      decoded.add(lane.decoded);
    }
    count_transport(decoded, stats.transport);
    hooks.add_to(stats);
    Event event;
    event.ts = clock_.now();
    event.order = last_frame_;
    event.payload = std::move(stats);
    sink.on_event(std::move(event));
  }

  // What is known of a lane.
  struct Lane {
    FrameNumbers frames;
    DecodeCounts decoded;
    WeirdCounts weird;
  };

  const SensorContext& context_;
  size_t workers_;
  WeirdCounts weird_;
  Decoder decoder_;
  SharedMacs macs_;
  std::vector<Lane> lanes_;
  FrameNumbers frames_;                 // of all lanes together
  std::shared_ptr<const Batch> batch_;  // that holds the bytes of the segment under way
  PacketClock clock_;
  FrameRef last_frame_;
  size_t items_per_round_ = kItemsPerRound;
  std::chrono::hours hour_{0};
  Timestamp next_stats_;  // the epoch until a live source has begun
  StatsEvent stats_;
};

Engine::Engine(const SensorContext& context, size_t workers)
    : impl_(std::make_unique<Impl>(context, workers)) {}
Engine::~Engine() = default;

void Engine::run(PacketSource& source, EventSink& sink, EngineHooks& hooks) {
  impl_->run(source, sink, hooks);
}

}  // namespace telltale
