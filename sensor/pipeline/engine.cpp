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
constexpr std::chrono::seconds kLongPause{10};  // in which many flows may have run out of time
constexpr size_t kManyFlows = 16'384;           // whose events, 2.5 KiB each, no round should hold

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

// What a run works between.
struct Ends {
  PacketSource& source;
  EventSink& sink;
  EngineHooks& hooks;
};

}  // namespace

class Engine::Impl {
 public:
  Impl(const SensorContext& context, size_t workers)
      : context_(context),
        decoder_(context.limits, weird_),
        macs_(context.config, weird_),
        pool_(context, std::clamp<size_t>(workers, 1, kShards)) {}

  void run(PacketSource& source, EventSink& sink, EngineHooks& hooks) {
    DeviceAnnouncer announcer(sink, kShards * context_.limits.max_devices);
    const Ends ends{source, announcer, hooks};
    if (source.is_live()) {
      items_per_round_ = kItemsPerLiveRound;
      for (size_t i = 0; i < kShards; ++i) pool_.shard(i).warm_up();
    }
    if (const auto lanes = source.lanes(); lanes.size() > 1) {
      read_lanes(lanes, ends);
    } else {
      read_packets(ends);
    }
    catch_up(ends);
    hooks.take_keys(true);
    stats_.dropped = source.dropped();
    pool_.everywhere(at_no_packet(Phase::finish), ends.sink);
    close(ends);
  }

 private:
  // The way of every packet: counted, decoded, handed to its shard. Of a source with lanes the
  // first half of it is done by LaneReaders.
  void read_packets(const Ends& ends) {
    const bool live = ends.source.is_live();
    Packet packet;
    Segment segment;
    while (ends.source.next(packet)) {
      take_wanted_keys(ends);
      const bool silence = live && packet.is_silence();
      if (!silence) {
        ++stats_.packets;
        stats_.bytes += packet.wire_size;
        last_frame_ = packet.frame;
      }
      pass_time(packet.ts, ends);
      if (silence) {
        catch_up(ends);
        continue;
      }
      if (decoder_.decode(packet, segment)) take(segment, ends);
      if (stats_.packets % kPacketsPerProgress == 0) ends.hooks.on_progress();
    }
  }

  void read_lanes(const std::vector<PacketSource*>& lanes, const Ends& ends) {
    lanes_.resize(lanes.size());
    LaneReaders readers(lanes, context_.limits);
    while ((batch_ = readers.next())) {
      take_wanted_keys(ends);
      Lane& lane = lanes_[batch_->lane];
      lane.decoded = batch_->decoded;
      lane.weird = batch_->weird;
      stats_.packets += batch_->packets;
      stats_.bytes += batch_->wire_bytes;
      for (Segment segment : batch_->segments) {
        segment.frame = last_frame_ = lane.frames.renumber(segment.frame, frames_);
        pass_time(segment.ts, ends);
        take(segment, ends);
      }
      pass_time(batch_->ts, ends);
      if (batch_->packets == 0 && readers.is_idle()) catch_up(ends);
    }
  }

  void take_wanted_keys(const Ends& ends) {
    if (!ends.hooks.wants_keys()) return;
    catch_up(ends);
    ends.hooks.take_keys(false);
  }

  void pass_time(Timestamp ts, const Ends& ends) {
    const Timestamp before = clock_.now();
    if (!clock_.advance(ts)) return;
    ends.hooks.take_keys(false);
    const WorkItem tick = at_no_packet(Phase::tick);
    const bool may_end_many =
        clock_.now() - before >= kLongPause || pool_.open_flows() >= kManyFlows;
    if (pool_.is_inline() || may_end_many) {
      pool_.everywhere(tick, ends.sink);
    } else {
      push_everywhere(tick);
      submit_when_full(ends);
    }
    if (is_time_to_share()) {
      catch_up(ends);
      share_habits();
    }
    if (!ends.source.is_live()) return;
    catch_up(ends);
    if (is_time_for_stats()) {
      stats_.dropped = ends.source.dropped();
      tell_stats(ends);
    }
    ends.hooks.on_second(clock_.now());
  }

  void take(Segment& segment, const Ends& ends) {
    macs_.clean(segment);
    keep_bytes_of(segment, ends);
    const bool announces = may_announce(segment);
    if (announces) hear(segment);
    for (const MacJoin& join : macs_.take_joins()) {
      push_everywhere({Phase::join, 0, join_segment(join, segment)});
    }
    if (announces) push_everywhere({Phase::hear, 0, segment});
    const size_t shard = shard_of(segment, context_.config.sensor.home_networks);
    pool_.current().add(shard, {Phase::segment, 0, segment});
    submit_when_full(ends);
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

  // A round's items live longer than the next packet.
  void keep_bytes_of(Segment& segment, const Ends& ends) {
    if (batch_) {
      pool_.current().hold(batch_);
    } else if (!ends.source.keeps_bytes() || decoder_.last_was_reassembled()) {
      keep_bytes(pool_.current().bytes, segment);
    }
  }

  WorkItem at_no_packet(Phase phase) const {
    WorkItem item;
    item.phase = phase;
    item.segment.ts = clock_.now();
    item.segment.frame = last_frame_;
    return item;
  }
  void push_everywhere(const WorkItem& item) {
    for (size_t shard = 0; shard < kShards; ++shard) pool_.current().add(shard, item);
  }
  // Call when all items that share bytes are pushed: a round owns the bytes of its items.
  void submit_when_full(const Ends& ends) {
    const Round& round = pool_.current();
    if (round.items >= items_per_round_ || round.copied() >= kBytesPerRound) {
      pool_.submit(ends.sink);
    }
  }
  // Returns when all so far is done and its events are delivered.
  void catch_up(const Ends& ends) { pool_.drain(ends.sink); }

  // The first tick of each hour of packet time; an hour is over alike whatever the number of
  // workers.
  bool is_time_to_share() {
    const auto hour = std::chrono::floor<std::chrono::hours>(clock_.now().time_since_epoch());
    return std::exchange(hour_, hour) != hour;
  }

  // The shards must be at rest.
  void share_habits() {
    auto all = std::make_shared<GroupHabits>();
    for (size_t i = 0; i < kShards; ++i) pool_.shard(i).give_habits(*all);
    for (size_t i = 0; i < kShards; ++i) pool_.shard(i).take_habits(all);
  }

  bool is_time_for_stats() {
    if (next_stats_ == Timestamp{}) next_stats_ = clock_.now() + kStatsEvery;
    const Timestamp now = clock_.now();
    if (now < next_stats_ && next_stats_ - now <= kStatsEvery) return false;
    next_stats_ = now + kStatsEvery;
    return true;
  }

  // Alerts and notices of all shards in order of their first occurrence, then the stats.
  void close(const Ends& ends) {
    class Collector final : public EventSink {
     public:
      void on_event(Event&& event) override { events.push_back(std::move(event)); }
      std::vector<Event> events;
    } alerts;
    for (size_t i = 0; i < kShards; ++i) pool_.shard(i).close_alerts(alerts);
    std::stable_sort(alerts.events.begin(), alerts.events.end(),
                     [](const Event& a, const Event& b) { return a.order < b.order; });
    for (Event& alert : alerts.events) ends.sink.on_event(std::move(alert));
    tell_stats(ends);
  }

  // All counters since the beginning. The shards must be at rest.
  void tell_stats(const Ends& ends) {
    StatsEvent stats = stats_;
    for (size_t i = 0; i < kShards; ++i) pool_.shard(i).add_to(stats);
    stats.weird.add(weird_);
    DecodeCounts decoded = decoder_.counts();
    for (const Lane& lane : lanes_) {
      stats.weird.add(lane.weird);
      decoded.add(lane.decoded);
    }
    count_transport(decoded, stats.transport);
    ends.hooks.add_to(stats);
    Event event;
    event.ts = clock_.now();
    event.order = last_frame_;
    event.payload = std::move(stats);
    ends.sink.on_event(std::move(event));
  }

  // What is known of a lane.
  struct Lane {
    FrameNumbers frames;
    DecodeCounts decoded;
    WeirdCounts weird;
  };

  const SensorContext& context_;
  WeirdCounts weird_;
  Decoder decoder_;
  SharedMacs macs_;
  WorkerPool pool_;
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
