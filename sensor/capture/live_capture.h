// LiveCapture: packets of one or more interfaces as they come, by libpcap (TPACKET_V3 on Linux).
//
// Everything that needs a privilege happens in the constructor. An interface that vanishes is
// waited for and its socket bound again when it is back, which needs none.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sensor/capture/packet_source.h"

namespace telltale {

// what() is one line: the interface, what is wrong, and what would be right.
class LiveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct LiveOptions {
  std::vector<std::string> interfaces;
  std::string bpf;
  uint32_t snaplen = 262'144;     // bytes
  uint64_t buffer = 64ULL << 20;  // bytes of all rings together
  bool promiscuous = true;
};

// How an interface does.
struct InterfaceStatus {
  std::string name;
  bool up = false;
  uint64_t packets = 0;   // handed on
  uint64_t dropped = 0;   // by the kernel, as the ring was full
  Timestamp last_packet;  // the epoch while there was none
};

// Interfaces of this machine that packets can be taken from.
std::vector<std::string> capture_interfaces();
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
  bool next(Packet& packet) override;
  bool keeps_bytes() const override { return false; }
  bool is_live() const override { return true; }
  uint64_t dropped() const override { return dropped_.load(std::memory_order_relaxed); }
  const std::vector<CaptureInfo>& captures() const override { return captures_; }
  const std::vector<CaptureProblem>& problems() const override { return problems_; }

  // From any thread, also from a signal handler.
  void stop() { stopping_.store(true, std::memory_order_relaxed); }
  // From any thread.
  std::vector<InterfaceStatus> status() const;
  // What happened to interfaces since the last call, a line each; by the thread that calls next().
  std::vector<std::string> take_news();

 private:
  class Interface;
  bool take(Interface& from, Packet& packet);
  bool wait_for_packets();
  bool is_over(std::chrono::milliseconds so_long);
  void look_after_interfaces(Timestamp now);

  std::vector<std::unique_ptr<Interface>> interfaces_;
  std::vector<CaptureInfo> captures_;
  std::vector<CaptureProblem> problems_;
  std::vector<std::string> news_;
  size_t turn_ = 0;   // the interface that is read
  size_t burst_ = 0;  // packets it gave in a row
  Timestamp next_look_;
  std::atomic<bool> stopping_{false};
  std::optional<std::chrono::steady_clock::time_point> stopped_;
  std::atomic<uint64_t> dropped_{0};
  mutable std::mutex mutex_;  // guards status_
  std::vector<InterfaceStatus> status_;
};

}  // namespace telltale
