// What follows the IP headers: TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792, RFC 4443), SCTP (RFC
// 9260), and what is a tunnel.
#include "sensor/decode/walk.h"

namespace telltale {

Outcome Walk::transport(IpPayload payload) {
  out_.ip_proto = payload.protocol;
  count_as(payload.protocol);
  switch (payload.protocol) {
    case kTcp:
      return tcp(payload.data);
    case kUdp:
      return udp(payload.data);
    case kIcmp:
      return icmp(payload.data, false);
    case kIcmpV6:
      return icmp(payload.data, true);
    case kSctp:
      return sctp(payload.data);
    default:
      break;
  }
  emit(payload.data);
  bool bad = false;
  const Inside inside = inside_ip(payload.protocol, payload.data, bad);
  if (bad) weird_.count(Weird::gre_header_bad);
  return enter(inside) == Outcome::held ? Outcome::held : Outcome::segment;
}

Outcome Walk::tcp(Slice data) {
  if (!data.has(20)) return give_up(Weird::tcp_header_truncated);
  const uint8_t* p = data.data();
  const size_t header_size = size_t{p[12]} / 16 * 4;
  if (header_size < 20 || header_size > data.wire_size) {
    return give_up(Weird::tcp_data_offset_bad);
  }
  out_.src.port = load_be16(p);
  out_.dst.port = load_be16(p + 2);
  out_.tcp = {load_be32(p + 4), load_be32(p + 8), p[13]};
  return emit(data.after(header_size));
}

Outcome Walk::udp(Slice data) {
  constexpr size_t kHeaderSize = 8;
  if (!data.has(kHeaderSize)) return give_up(Weird::udp_header_truncated);
  const uint8_t* p = data.data();
  out_.src.port = load_be16(p);
  out_.dst.port = load_be16(p + 2);
  const size_t size = load_be16(p + 4);
  Slice payload = data.after(kHeaderSize);
  if (size < kHeaderSize) {
    // 0 is a jumbogram's (RFC 2675 section 4) or offloading's; either way IP knows the size.
    weird_.count(Weird::udp_length_too_short);
  } else if (size > data.wire_size) {
    weird_.count(Weird::udp_length_beyond_datagram);
  } else if (size < data.wire_size) {
    weird_.count(Weird::udp_length_short_of_datagram);
    payload = payload.claim(size - kHeaderSize);
  }
  emit(payload);
  const Inside inside = inside_udp(out_.src.port, out_.dst.port, payload);
  if (inside.layer == Layer::nothing) return Outcome::segment;
  return enter(inside) == Outcome::held ? Outcome::held : Outcome::segment;
}

Outcome Walk::icmp(Slice data, bool is_v6) {
  if (!data.has(4)) return give_up(Weird::icmp_header_truncated);
  const uint8_t* p = data.data();
  out_.icmp = {p[0], p[1]};
  const bool is_echo = is_v6 ? p[0] == 128 || p[0] == 129 : p[0] == 8 || p[0] == 0;
  if (is_echo) {
    if (!data.has(6)) return give_up(Weird::icmp_header_truncated);
    out_.src.port = load_be16(p + 4);
    out_.dst.port = out_.src.port;
  }
  return emit(data);
}

Outcome Walk::sctp(Slice data) {
  if (!data.has(12)) return give_up(Weird::sctp_header_truncated);
  out_.src.port = load_be16(data.data());
  out_.dst.port = load_be16(data.data() + 2);
  return emit(data);
}

}  // namespace telltale
