// One packet on its way through its layers, outermost first.
//
// Every layer is a member function that reads its header and hands what follows to the next one.
// Link layers may alternate without end (a VLAN tag, LLC with SNAP, a VLAN tag ...), so they are a
// loop; whatever carries datagrams or frames inside is a tunnel, counted against
// Limits::max_tunnel_depth, so that the stack stays small whatever a packet says.
//
// A new link type is a case in link_layers.cpp, a new tunnel a function and a line in tunnels.cpp.
#pragma once

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/decode/decoder.h"
#include "sensor/decode/fragments.h"
#include "sensor/decode/slice.h"
#include "sensor/decode/tunnels.h"
#include "sensor/model/segment.h"

namespace telltale {

enum class Outcome : uint8_t {
  none,     // holds no datagram that can be read
  held,     // a fragment: kept until the rest arrives, or dropped and counted
  segment,  // the segment is filled in
};

struct WalkContext {
  const Limits& limits;
  WeirdCounts& weird;
  Fragments& fragments;
};

class Walk {
 public:
  Walk(const Packet& packet, Segment& out, WalkContext context);

  Outcome run(const Packet& packet);
  // What the packet counts as.
  uint64_t DecodeCounts::*kind() const { return kind_; }

 private:
  // An IP header that was read: what follows it, and which protocol that is.
  struct IpPayload {
    uint8_t protocol = 0;
    Slice data;
  };

  // link_layers.cpp
  Outcome link(uint32_t link_type, Slice data);
  Outcome other_link(uint32_t link_type, Slice data);
  Outcome loopback(Slice data);
  Outcome linux_cooked(Slice data);
  Outcome linux_cooked_v2(Slice data);
  Outcome cooked_payload(uint16_t hardware, uint16_t protocol, Slice data);
  Outcome cisco_hdlc(Slice data);
  Outcome ppi(Slice data);
  // ethernet.cpp
  Outcome ethernet(Slice data);
  Outcome ether_type(uint16_t type, Slice data);
  Outcome mpls(Slice data);
  bool take_vlan_tag(uint16_t& type, Slice& data);
  bool take_llc(uint16_t& type, Slice& data);
  // ppp.cpp
  Outcome pppoe(Slice data);
  Outcome ppp(Slice data);
  // ieee80211.cpp
  Outcome radiotap(Slice data);
  Outcome prism(Slice data);
  Outcome ieee80211(Slice data, bool header_padded);
  Outcome ieee80211_payload(Slice data, bool aggregated);
  static constexpr uint8_t kAuthenticationHeader = 51;  // RFC 4302

  // ipv4.cpp, ipv6.cpp
  Outcome ip(Slice data);
  Outcome ipv4(Slice data);
  Outcome ipv4_fragment(Slice data, size_t header_size);
  Outcome ipv6(Slice data, bool reassembled = false);
  Outcome ipv6_fragment(Slice datagram, const Slice& at_header, size_t next_header_at);
  Outcome ipv6_nested_fragment();
  bool take_extension(IpPayload& payload);
  // transport.cpp
  Outcome transport(IpPayload payload);
  Outcome tcp(Slice data);
  Outcome udp(Slice data);
  Outcome icmp(Slice data, bool is_v6);
  Outcome sctp(Slice data);
  // walk.cpp
  Outcome enter(const Inside& inside);
  Outcome layer(const Inside& inside);
  Outcome give_up(Weird why);
  Outcome emit(Slice payload);
  void count_as(uint8_t ip_protocol);

  const Limits& limits_;
  WeirdCounts& weird_;
  Fragments& fragments_;
  Segment& out_;
  uint64_t DecodeCounts::*kind_ = &DecodeCounts::non_ip;
  size_t depth_ = 0;  // tunnels entered
};

}  // namespace telltale
