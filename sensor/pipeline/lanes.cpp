#include "sensor/pipeline/lanes.h"

#include <chrono>
#include <utility>

namespace telltale {
namespace {

constexpr size_t kBatchesALane = 4;  // that wait; more packets wait in the kernel's rings
constexpr size_t kPacketsABatch = 256;
constexpr size_t kBytesABatch = 256U << 10;
// A batch that fills slowly: somebody waits for what becomes of its packets.
constexpr std::chrono::milliseconds kBatchAge{20};

}  // namespace

void keep_bytes(Arena& arena, Segment& segment) {
  const std::string_view copy = arena.keep(as_text(segment.ip));
  const auto payload_at = static_cast<size_t>(segment.payload.data() - segment.ip.data());
  const size_t payload_size = segment.payload.size();
  segment.ip = as_bytes(copy);
  segment.payload = payload_size == 0 ? Bytes{} : segment.ip.subspan(payload_at, payload_size);
}

// Decodes a lane's packets into its batch.
class LaneReaders::Filler {
 public:
  Filler(size_t lane, const Limits& limits) : lane_(lane), decoder_(limits, weird_) {}

  // True when the batch should be put.
  bool add(const Packet& packet) {
    batch_->ts = packet.ts;
    if (packet.is_silence()) return true;
    if (batch_->packets++ == 0) {
      began_ = packet.ts;
      batch_->segments.reserve(kPacketsABatch);
    }
    batch_->wire_bytes += packet.wire_size;
    if (decoder_.decode(packet, segment_)) {
      keep_bytes(batch_->bytes, segment_);
      batch_->segments.push_back(segment_);
    }
    return batch_->packets >= kPacketsABatch || batch_->bytes.bytes() >= kBytesABatch ||
           packet.ts - began_ >= kBatchAge;
  }
  std::shared_ptr<Batch> take() {
    batch_->lane = lane_;
    batch_->decoded = decoder_.counts();
    batch_->weird = weird_;
    return std::exchange(batch_, std::make_shared<Batch>());
  }

 private:
  const size_t lane_;
  WeirdCounts weird_;
  Decoder decoder_;
  Segment segment_;
  Timestamp began_;
  std::shared_ptr<Batch> batch_ = std::make_shared<Batch>();
};

LaneReaders::LaneReaders(const std::vector<PacketSource*>& lanes, const Limits& limits)
    : most_waiting_(kBatchesALane * lanes.size()), reading_(lanes.size()) {
  for (size_t i = 0; i < lanes.size(); ++i) {
    threads_.emplace_back([this, i, &source = *lanes[i], &limits] { read(i, source, limits); });
  }
}

LaneReaders::~LaneReaders() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  taken_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void LaneReaders::read(size_t lane, PacketSource& source, const Limits& limits) {
  Filler filler(lane, limits);
  Packet packet;
  while (source.next(packet)) {
    if (filler.add(packet) && !put(filler.take())) break;
  }
  put(filler.take());
  const std::lock_guard lock(mutex_);
  --reading_;
  came_.notify_one();
}

bool LaneReaders::put(std::shared_ptr<Batch> batch) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [&] { return stopping_ || waiting_.size() < most_waiting_; });
  waiting_.push_back(std::move(batch));
  came_.notify_one();
  return !stopping_;
}

std::shared_ptr<const Batch> LaneReaders::next() {
  std::unique_lock lock(mutex_);
  came_.wait(lock, [&] { return !waiting_.empty() || reading_ == 0; });
  if (waiting_.empty()) return nullptr;
  std::shared_ptr<const Batch> batch = std::move(waiting_.front());
  waiting_.pop_front();
  taken_.notify_one();
  return batch;
}

bool LaneReaders::is_idle() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

}  // namespace telltale
