// LiveRing: one packet socket on one interface with its ring (TPACKET_V3, by libpcap).
//
// Several rings can share an interface, each getting the packets of its own devices
// (PACKET_FANOUT). Everything that needs a privilege happens in the constructor.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <linux/filter.h>
#include <pcap/pcap.h>

#include "sensor/model/packet.h"

namespace telltale {

// what() is one line: the interface, what is wrong, and what would be right.
class LiveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RingOptions {
  std::string bpf;
  uint32_t snaplen = 262'144;   // bytes
  uint64_t size = 64ULL << 20;  // bytes
  bool promiscuous = true;
};

class LiveRing {
 public:
  // Throws LiveError.
  LiveRing(const std::string& interface, const RingOptions& options);
  ~LiveRing();
  LiveRing(const LiveRing&) = delete;

  // Shares the interface's packets with the rings of `group` from now on; without one, begins a
  // group that goes by `program`. The group; nothing where the kernel has no such thing. A ring of
  // a group stays with the interface that it was opened on.
  std::optional<uint16_t> share(std::optional<uint16_t> group,
                                const std::vector<sock_filter>& program);
  // Packets that came before are not given: while rings were not sharing, each got all.
  void begin_at(Timestamp ts) { begin_ = ts; }
  // A ring that sleeps takes no packet.
  void sleep();
  void wake();

  // The next packet without its frame; false where there is none. The interface may be gone then.
  bool take(Packet& packet);
  int descriptor() const { return pcap_get_selectable_fd(pcap_); }
  bool up() const { return up_; }
  // Packets that the kernel had to drop since the capture began.
  uint64_t dropped();

  // Is the interface that the socket is bound to still there and up? Looks.
  bool is_well();
  // Tries to have an interface of this name again, the same or another.
  bool revive();
  // The interface it shares was taken away: even where one of its name is back, it stays silent.
  bool is_lost() const;

 private:
  [[noreturn]] void fail(const std::string& why) const;
  void open(const RingOptions& options);
  void close();
  void set_filter(const std::string& filter);
  bool is_switched_on() const;
  bool bind_to(unsigned index);

  std::string name_;
  pcap_t* pcap_ = nullptr;
  bpf_program filter_{};
  uint32_t link_type_ = 1;
  unsigned index_ = 0;  // of the interface the socket is bound to; 0 of "any"
  bool promiscuous_ = false;
  bool shares_ = false;
  bool up_ = true;
  Timestamp begin_;
  unsigned last_drop_ = 0;
  uint64_t dropped_ = 0;
};

// Interfaces of this machine that packets can be taken from.
std::vector<std::string> capture_interfaces();

}  // namespace telltale
