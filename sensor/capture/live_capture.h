// LiveCapture: packets of one or more interfaces as they come.
//
// With several lanes each has a ring on every interface, and what comes of a device always comes by
// the same lane, as far as the kernel can tell devices apart (capture/fanout_program.h). Everything
// that needs a privilege happens in the constructor. An interface that vanishes is waited for and
// its socket bound again when it is back, which needs none.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sensor/base/ip_address.h"
#include "sensor/capture/live_ring.h"
#include "sensor/capture/packet_source.h"

namespace telltale {

struct LiveOptions {
  std::vector<std::string> interfaces;
  RingOptions ring;             // its size: of all rings together
  size_t lanes = 1;             // threads that read
  std::vector<Cidr> home = {};  // what tells devices from servers
};

// How an interface does.
struct InterfaceStatus {
  std::string name;
  bool up = false;
  uint64_t packets = 0;   // handed on
  uint64_t dropped = 0;   // by the kernel, as a ring was full
  Timestamp last_packet;  // the epoch while there was none
};

// What to watch where nobody says: the bridge of a router box, else the interface of the default
// route; empty where there is neither.
std::string usual_interface();

class LiveCapture final : public PacketSource {
 public:
  // Throws LiveError.
  explicit LiveCapture(const LiveOptions& options);
  ~LiveCapture() override;

  // Waits for a packet. While none comes, gives a silent one (Packet::is_silence) several times a
  // second, so that time passes. False after stop(), when what the
  // rings hold was given.
  // REQUIRES: there is one lane.
  bool next(Packet& packet) override;
  std::vector<PacketSource*> lanes() override;
  bool keeps_bytes() const override { return false; }
  bool is_live() const override { return true; }
  uint64_t dropped() const override;
  const std::vector<CaptureInfo>& captures() const override { return captures_; }
  const std::vector<CaptureProblem>& problems() const override { return problems_; }

  // From any thread, also from a signal handler.
  void stop() { stopping_.store(true, std::memory_order_relaxed); }
  // From any thread.
  std::vector<InterfaceStatus> status() const;
  // What happened to interfaces since the last call, a line each; from any thread.
  std::vector<std::string> take_news();

 private:
  class Lane;
  struct Counts {
    uint64_t packets = 0;
    uint64_t dropped = 0;
    Timestamp last_packet;
  };

  // False where the kernel cannot share an interface among so many lanes.
  bool open(const LiveOptions& options, size_t lanes);
  // What a lane counted of an interface so far.
  void note(size_t lane, size_t interface, const Counts& counts);
  void note_up(size_t interface, bool up);
  void tell(std::string news);

  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<CaptureInfo> captures_;
  std::vector<CaptureProblem> problems_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;                 // guards what follows
  std::vector<std::vector<Counts>> counts_;  // by lane and interface
  std::vector<bool> up_;                     // by interface
  std::vector<std::string> news_;
};

}  // namespace telltale
