// Engine: takes packets from a source, decodes them, gives each to the shard of its device, and delivers
// the events of all shards in the order of the frames that made them.
//
// With one worker everything runs in the caller's thread. With more, the caller reads and decodes, workers
// run the shards, and events are put in order again round by round; the result is the same.
#pragma once

#include <functional>
#include <memory>

#include "sensor/capture/packet_source.h"
#include "sensor/pipeline/context.h"
#include "sensor/pipeline/event_sink.h"

namespace telltale {

class Engine {
 public:
  // `workers` is cut to 1..kShards.
  Engine(const SensorContext& context, size_t workers);
  ~Engine();

  // Reads `source` to its end and delivers every event; the last one is the StatsEvent. `on_progress` is
  // called every few thousand packets, in the caller's thread.
  void run(PacketSource& source, EventSink& sink, const std::function<void()>& on_progress = {});

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
