// Engine: takes packets from a source, decodes them, gives each to the shard of its device, and delivers
// the events of all shards in the order of the frames that made them.
//
// The caller reads and decodes, workers run the shards round by round (rounds.h), and events are put in order
// again; with one worker everything runs in the caller's thread. The result is the same.
#pragma once

#include <memory>

#include "sensor/capture/packet_source.h"
#include "sensor/pipeline/context.h"
#include "sensor/pipeline/event_sink.h"

namespace telltale {

// What whoever runs the engine does meanwhile; all is called in the caller's thread.
class EngineHooks {
 public:
  virtual ~EngineHooks() = default;
  virtual void on_progress() {}  // every few thousand packets
  // Secrets that came since the last call are to be given to the key store. Asked about once a
  // second of packet time, before the next packet where wants_keys() says so, and when the input is
  // over. When the source itself brought them, every packet before is done: what comes of it does
  // not depend on the number of workers. `last`: the input is over.
  virtual void take_keys(bool /*last*/) {}
  virtual bool wants_keys() { return false; }
  // Once a second of a live source, when everything before is done and delivered: nothing works
  // meanwhile, so what the shards share may be changed here.
  virtual void on_second(Timestamp /*now*/) {}
  // Adds what only the caller knows to an event that is about to be delivered.
  virtual void add_to(StatsEvent& /*stats*/) {}
};

class Engine {
 public:
  // `workers` is cut to 1..kShards.
  Engine(const SensorContext& context, size_t workers);
  ~Engine();

  // Reads `source` to its end and delivers every event; the last one is the StatsEvent.
  void run(PacketSource& source, EventSink& sink, EngineHooks& hooks);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
