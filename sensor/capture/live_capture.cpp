#include "sensor/capture/live_capture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include <poll.h>

#include "sensor/capture/fanout_program.h"

namespace telltale {
namespace {

constexpr int kPoll = 100;  // ms of silence until time is told to pass
// Packets in the rings when it is over are still given: silence must last, and there is an end.
constexpr std::chrono::milliseconds kSilentEnd{300};
constexpr std::chrono::seconds kDrain{2};
constexpr size_t kBurst = 64;              // packets of a ring before the others have their turn
constexpr std::chrono::seconds kLook{1};   // at counters and at interfaces that are gone
constexpr uint64_t kSpareRing = 2U << 20;  // bytes

Timestamp now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

}  // namespace

std::string usual_interface() {
  for (const std::string& name : capture_interfaces()) {
    if (std::filesystem::exists("/sys/class/net/" + name + "/bridge")) return name;
  }
  // /proc/net/route: interface, destination, gateway, flags, ...; all zeros is the default route.
  std::ifstream routes("/proc/net/route");
  for (std::string line; std::getline(routes, line);) {
    std::istringstream fields(line);
    std::string name;
    std::string destination;
    if (fields >> name >> destination && destination == "00000000") return name;
  }
  return {};
}

// A ring of every interface, read by one thread.
class LiveCapture::Lane final : public PacketSource {
 public:
  Lane(LiveCapture& capture, size_t number) : capture_(capture), number_(number) {}

  LiveRing& add(std::unique_ptr<LiveRing> ring) {
    seats_.emplace_back().ring = std::move(ring);
    return *seats_.back().ring;
  }
  // For when the rings that share the interface added last are lost.
  void add_spare(std::unique_ptr<LiveRing> ring) { seats_.back().spare = std::move(ring); }
  void begin_at(Timestamp ts) {
    for (Seat& seat : seats_) seat.ring->begin_at(ts);
  }

  bool next(Packet& packet) override;
  bool keeps_bytes() const override { return false; }
  bool is_live() const override { return true; }
  const std::vector<CaptureInfo>& captures() const override { return capture_.captures_; }
  const std::vector<CaptureProblem>& problems() const override { return capture_.problems_; }

 private:
  struct Seat {  // by interface
    std::unique_ptr<LiveRing> ring;
    std::unique_ptr<LiveRing> spare;
    Counts counts;
    uint64_t lost_drops = 0;  // of a ring that was given up
  };

  bool take(size_t interface, Packet& packet);
  bool wait_for_packets();
  bool is_over(std::chrono::milliseconds so_long);
  void look_after_interfaces(Timestamp now);
  void look_after(size_t interface);

  LiveCapture& capture_;
  const size_t number_;
  std::vector<Seat> seats_;
  size_t turn_ = 0;   // the interface that is read
  size_t burst_ = 0;  // packets it gave in a row
  Timestamp next_look_;
  std::optional<std::chrono::steady_clock::time_point> stopped_;
};

bool LiveCapture::Lane::next(Packet& packet) {
  while (!is_over(kDrain)) {
    for (size_t tried = 0; tried <= seats_.size(); ++tried) {
      if (burst_ < kBurst && take(turn_, packet)) {
        ++burst_;
        if (packet.ts >= next_look_) look_after_interfaces(packet.ts);
        return true;
      }
      burst_ = 0;
      turn_ = (turn_ + 1) % seats_.size();
    }
    if (wait_for_packets()) continue;
    if (is_over(kSilentEnd)) break;
    packet = Packet{};
    packet.ts = now();
    look_after_interfaces(packet.ts);
    return true;
  }
  look_after_interfaces(Timestamp::max());
  return false;
}

// Was stop() called so long ago?
bool LiveCapture::Lane::is_over(std::chrono::milliseconds so_long) {
  if (!capture_.stopping_.load(std::memory_order_relaxed)) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!stopped_) stopped_ = now;
  return now - *stopped_ >= so_long;
}

bool LiveCapture::Lane::take(size_t interface, Packet& packet) {
  Seat& seat = seats_[interface];
  if (!seat.ring->take(packet)) return false;
  packet.interface = static_cast<uint32_t>(interface);
  packet.frame = {packet.interface, static_cast<uint32_t>(++seat.counts.packets)};
  seat.counts.last_packet = packet.ts;
  return true;
}

bool LiveCapture::Lane::wait_for_packets() {
  std::vector<pollfd> waiting;
  for (const Seat& seat : seats_) {
    if (seat.ring->up()) waiting.push_back({seat.ring->descriptor(), POLLIN, 0});
  }
  return poll(waiting.data(), waiting.size(), kPoll) > 0;
}

void LiveCapture::Lane::look_after_interfaces(Timestamp now) {
  if (now < next_look_ && next_look_ - now <= kLook) return;
  next_look_ = now == Timestamp::max() ? now : now + kLook;
  for (size_t i = 0; i < seats_.size(); ++i) look_after(i);
}

void LiveCapture::Lane::look_after(size_t interface) {
  Seat& seat = seats_[interface];
  if (seat.spare && seat.ring->is_lost()) {
    seat.lost_drops += seat.ring->dropped();
    seat.ring = std::move(seat.spare);
    seat.ring->begin_at(now());
    seat.ring->wake();
    capture_.tell(capture_.captures_[interface].path +
                  ": is another than before; one thread reads it until the next start");
  }
  if (!seat.ring->is_well()) seat.ring->revive();
  seat.counts.dropped = seat.lost_drops + seat.ring->dropped();
  capture_.note(number_, interface, seat.counts);
  if (number_ == 0) capture_.note_up(interface, seat.ring->up());
}

LiveCapture::LiveCapture(const LiveOptions& options) : up_(options.interfaces.size(), true) {
  for (const std::string& name : options.interfaces) captures_.push_back({name, 0, 0, {}, {}});
  if (options.lanes == 1 || !open(options, options.lanes)) open(options, 1);
  counts_.assign(lanes_.size(), std::vector<Counts>(captures_.size()));
}

LiveCapture::~LiveCapture() = default;

bool LiveCapture::open(const LiveOptions& options, size_t lanes) {
  lanes_.clear();
  for (size_t i = 0; i < lanes; ++i) lanes_.push_back(std::make_unique<Lane>(*this, i));
  const std::vector<sock_filter> program = fanout_program(options.home);
  RingOptions of_each = options.ring;
  of_each.size /= options.interfaces.size();
  if (lanes > 1) of_each.size = (of_each.size - std::min(of_each.size, kSpareRing)) / lanes;
  RingOptions of_spare = options.ring;
  of_spare.size = kSpareRing;
  for (const std::string& name : options.interfaces) {
    std::optional<uint16_t> group;
    for (auto& lane : lanes_) {
      LiveRing& ring = lane->add(std::make_unique<LiveRing>(name, of_each));
      if (lanes > 1 && !(group = ring.share(group, program))) return false;
    }
    if (lanes == 1) continue;
    auto spare = std::make_unique<LiveRing>(name, of_spare);
    spare->sleep();
    lanes_.front()->add_spare(std::move(spare));
  }
  const Timestamp begin = now();
  if (lanes > 1) {
    for (auto& lane : lanes_) lane->begin_at(begin);
  }
  return true;
}

bool LiveCapture::next(Packet& packet) { return lanes_.front()->next(packet); }

std::vector<PacketSource*> LiveCapture::lanes() {
  std::vector<PacketSource*> all;
  for (auto& lane : lanes_) all.push_back(lane.get());
  return all;
}

void LiveCapture::note(size_t lane, size_t interface, const Counts& counts) {
  const std::lock_guard lock(mutex_);
  counts_[lane][interface] = counts;
}

void LiveCapture::note_up(size_t interface, bool up) {
  const std::lock_guard lock(mutex_);
  if (up_[interface] == up) return;
  up_[interface] = up;
  news_.push_back(captures_[interface].path + (up ? ": is back" : ": is gone; waiting for it"));
}

void LiveCapture::tell(std::string news) {
  const std::lock_guard lock(mutex_);
  news_.push_back(std::move(news));
}

uint64_t LiveCapture::dropped() const {
  uint64_t dropped = 0;
  for (const InterfaceStatus& interface : status()) dropped += interface.dropped;
  return dropped;
}

std::vector<InterfaceStatus> LiveCapture::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<InterfaceStatus> all;
  for (size_t i = 0; i < captures_.size(); ++i) {
    InterfaceStatus& status = all.emplace_back();
    status.name = captures_[i].path;
    status.up = up_[i];
    for (const std::vector<Counts>& lane : counts_) {
      status.packets += lane[i].packets;
      status.dropped += lane[i].dropped;
      status.last_packet = std::max(status.last_packet, lane[i].last_packet);
    }
  }
  return all;
}

std::vector<std::string> LiveCapture::take_news() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

}  // namespace telltale
