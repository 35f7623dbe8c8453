// Lanes: how a source that several threads can read at a time is read.
//
// A thread for each lane reads and decodes and fills batches; one thread takes the batches as they
// come and is the only one that knows the sensor. What a lane gives stays in its order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sensor/base/weird.h"
#include "sensor/capture/packet_source.h"
#include "sensor/decode/decoder.h"
#include "sensor/model/message.h"
#include "sensor/model/segment.h"

namespace telltale {

struct Batch {
  size_t lane = 0;
  std::vector<Segment> segments;  // numbered by the lane's packets of their interface
  Arena bytes;                    // what they point into
  uint64_t packets = 0;
  uint64_t wire_bytes = 0;
  Timestamp ts;          // so far has time passed in the lane
  DecodeCounts decoded;  // by the lane since it began
  WeirdCounts weird;
};

class LaneReaders {
 public:
  // Threads start. `lanes` must outlive them.
  LaneReaders(const std::vector<PacketSource*>& lanes, const Limits& limits);
  // Waits for the lanes to be over, or for the packets they have at hand.
  ~LaneReaders();
  LaneReaders(const LaneReaders&) = delete;

  // Waits; null when all lanes are over.
  std::shared_ptr<const Batch> next();
  // Nothing waits to be taken.
  bool is_idle() const;

 private:
  class Filler;
  void read(size_t lane, PacketSource& source, const Limits& limits);
  bool put(std::shared_ptr<Batch> batch);  // false when no more is wanted

  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::condition_variable taken_;
  std::deque<std::shared_ptr<const Batch>> waiting_;
  size_t most_waiting_ = 0;
  size_t reading_ = 0;  // lanes that are not over
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// How many frames of each capture were seen.
class FrameNumbers {
 public:
  // A frame that has this number here, by the numbers of `all` that this is a part of.
  FrameRef renumber(FrameRef frame, FrameNumbers& all) {
    uint32_t& seen = last(frame.capture);
    uint32_t& seen_by_all = all.last(frame.capture);
    seen_by_all += frame.number - std::exchange(seen, frame.number);
    return {frame.capture, seen_by_all};
  }

 private:
  uint32_t& last(uint32_t capture) {
    if (capture >= last_.size()) last_.resize(capture + 1);
    return last_[capture];
  }

  std::vector<uint32_t> last_;  // by capture
};

// Copies the bytes of `segment` into `arena` and points it there.
void keep_bytes(Arena& arena, Segment& segment);

}  // namespace telltale
