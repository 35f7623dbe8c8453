#include "sensor/decode/walk.h"

namespace telltale {

Walk::Walk(const Packet& packet, Segment& out, WalkContext context)
    : limits_(context.limits), weird_(context.weird), fragments_(context.fragments), out_(out) {
  out_ = Segment{};
  out_.ts = packet.ts;
  out_.frame = packet.frame;
  out_.wire_size = packet.wire_size;
}

Outcome Walk::run(const Packet& packet) {
  return link(packet.link_type,
              {packet.bytes, std::max<size_t>(packet.wire_size, packet.bytes.size())});
}

// Goes one tunnel deeper. Where the inside holds no datagram, the segment is again what it was, so
// that a tunnel nobody can read is still a flow.
Outcome Walk::enter(const Inside& inside) {
  if (inside.layer == Layer::nothing) return Outcome::none;
  if (depth_ == limits_.max_tunnel_depth) {
    weird_.count(Weird::tunnel_depth_cap);
    return Outcome::none;
  }
  const Segment outside = out_;
  const auto outside_kind = kind_;
  // Whoever sent the outer frame is not the device of the inner datagram.
  out_.src_mac = {};
  out_.dst_mac = {};
  ++depth_;
  const Outcome outcome = layer(inside);
  --depth_;
  if (outcome == Outcome::none) {
    out_ = outside;
    kind_ = outside_kind;
  }
  return outcome;
}

Outcome Walk::layer(const Inside& inside) {
  switch (inside.layer) {
    case Layer::ethernet:
      out_.vlan = 0;
      return ethernet(inside.data);
    case Layer::ip:
      return ip(inside.data);
    case Layer::ppp:
      return ppp(inside.data);
    case Layer::mpls:
      return mpls(inside.data);
    case Layer::ieee80211:
      return ieee80211(inside.data, false);
    case Layer::nothing:
      break;
  }
  return Outcome::none;
}

Outcome Walk::give_up(Weird why) {
  weird_.count(why);
  return Outcome::none;
}

Outcome Walk::emit(Slice payload) {
  out_.payload = payload.bytes;
  out_.payload_wire_size = static_cast<uint32_t>(payload.wire_size);
  return Outcome::segment;
}

void Walk::count_as(uint8_t ip_protocol) {
  switch (ip_protocol) {
    case kTcp:
      kind_ = &DecodeCounts::tcp;
      break;
    case kUdp:
      kind_ = &DecodeCounts::udp;
      break;
    case kIcmp:
      kind_ = &DecodeCounts::icmp;
      break;
    case kIcmpV6:
      kind_ = &DecodeCounts::icmpv6;
      break;
    case kSctp:
      kind_ = &DecodeCounts::sctp;
      break;
    default:
      kind_ = &DecodeCounts::other_ip;
      break;
  }
}

}  // namespace telltale
