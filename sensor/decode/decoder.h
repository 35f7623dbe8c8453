// From a captured frame to a Segment: link layers, tags, tunnels, IP, fragments and transport
// headers.
//
// The innermost datagram wins: a TCP segment in IPv6 in GTP-U in IPv4 behind two VLAN tags comes
// out as a TCP segment with the inner addresses. Checksums are not verified, as offloading makes
// them wrong in captures. How the layers are walked is in sensor/decode/walk.h.
#pragma once

#include <cstdint>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/decode/fragments.h"
#include "sensor/model/segment.h"

namespace telltale {

// Packets by what they turned out to hold; every packet is in exactly one. A fragment is counted by
// the protocol its IP header names.
struct DecodeCounts {
  uint64_t tcp = 0;
  uint64_t udp = 0;
  uint64_t icmp = 0;
  uint64_t icmpv6 = 0;
  uint64_t sctp = 0;
  uint64_t other_ip = 0;
  uint64_t arp = 0;
  uint64_t non_ip = 0;

  void add(const DecodeCounts& other) {
    tcp += other.tcp;
    udp += other.udp;
    icmp += other.icmp;
    icmpv6 += other.icmpv6;
    sctp += other.sctp;
    other_ip += other.other_ip;
    arp += other.arp;
    non_ip += other.non_ip;
  }
};

class Decoder {
 public:
  // What is malformed, odd or capped is counted in `weird`, which must outlive the decoder.
  Decoder(const Limits& limits, WeirdCounts& weird);

  // True when `out` holds a segment: TCP, UDP, ICMP, or any other IP protocol (then the payload is
  // what follows the IP header; SCTP has its ports besides). False for everything else: not IP,
  // malformed, or a fragment of a datagram that is not whole yet. The views in `out` live as long
  // as `packet.bytes`, or, when last_was_reassembled(), until the next call.
  bool decode(const Packet& packet, Segment& out);

  // Does what the last call gave point into the decoder's own memory?
  bool last_was_reassembled() const { return fragments_.has_completed(); }

  const DecodeCounts& counts() const { return counts_; }

 private:
  Limits limits_;
  WeirdCounts& weird_;
  DecodeCounts counts_;
  Fragments fragments_;
};

}  // namespace telltale
