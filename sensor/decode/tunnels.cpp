// Tunnels over UDP and over IP. Each is a function from the payload to what is inside it; the two
// tables at the end say by which port or protocol it is found. To add one, write the function and
// add a line.
#include "sensor/decode/tunnels.h"

#include <array>

#include "sensor/decode/ether_types.h"

namespace telltale {
namespace {

constexpr Inside kNothing{};

Inside inside_ether_type(uint16_t type, Slice data) {
  switch (type) {
    case kEtherIpv4:
    case kEtherIpv6:
      return {Layer::ip, data};
    case kEtherBridged:
      return {Layer::ethernet, data};
    case kEtherMpls:
    case kEtherMplsMulticast:
      return {Layer::mpls, data};
    case kEtherPpp:
      return {Layer::ppp, data};
    default:
      return kNothing;
  }
}

// RFC 7348 section 5: the I flag says that the network identifier is valid; 8472 is Linux's old
// port.
Inside vxlan(Slice payload) {
  if (!payload.has(8) || (payload.data()[0] & 0x08) == 0) return kNothing;
  return {Layer::ethernet, payload.after(8)};
}

// RFC 8926 section 3.4.
Inside geneve(Slice payload) {
  if (!payload.has(8) || payload.data()[0] >> 6 != 0) return kNothing;
  const size_t size = 8 + (payload.data()[0] & 0x3fU) * 4;
  if (!payload.has(size)) return kNothing;
  return inside_ether_type(load_be16(payload.data() + 2), payload.after(size));
}

// TaZmen Sniffer Protocol: version, type, what is carried, then tags up to the end tag.
Inside tzsp(Slice payload) {
  ByteReader reader(payload.bytes);
  const uint8_t version = reader.u8();
  const uint8_t type = reader.u8();
  const uint16_t carried = reader.be16();
  constexpr uint8_t kTagPadding = 0;
  constexpr uint8_t kTagEnd = 1;
  if (!reader.ok() || version != 1 || type > 1) return kNothing;
  for (uint8_t tag = reader.u8(); tag != kTagEnd; tag = reader.u8()) {
    if (!reader.ok()) return kNothing;
    if (tag != kTagPadding) reader.skip(reader.u8());
  }
  if (!reader.ok()) return kNothing;
  const Slice inside = payload.after(reader.position());
  if (carried == 1) return {Layer::ethernet, inside};
  return carried == 18 ? Inside{Layer::ieee80211, inside} : kNothing;
}

// GTP-U version 1 (3GPP TS 29.281 section 5): only G-PDUs carry a datagram.
Inside gtp_u(Slice payload) {
  if (!payload.has(8)) return kNothing;
  const uint8_t* p = payload.data();
  constexpr uint8_t kGpdu = 255;
  const bool is_version_1 = (p[0] & 0xf0) == 0x30;
  const size_t length = load_be16(p + 2);
  if (!is_version_1 || p[1] != kGpdu || 8 + length > payload.wire_size) return kNothing;
  const bool has_extensions = (p[0] & 0x04) != 0;
  const bool has_options = (p[0] & 0x07) != 0;
  Slice rest = payload.after(8).trim(length);
  if (has_options) {
    if (!rest.has(4)) return kNothing;
    uint8_t next = has_extensions ? rest.data()[3] : uint8_t{0};
    rest = rest.after(4);
    while (next != 0) {
      const size_t size = rest.has(1) ? size_t{rest.data()[0]} * 4 : 0;
      if (size == 0 || !rest.has(size)) return kNothing;
      next = rest.data()[size - 1];
      rest = rest.after(size);
    }
  }
  return {Layer::ip, rest};
}

// RFC 4380 section 5.1.1: authentication and origin indication may stand before the IPv6 datagram.
Inside teredo(Slice payload) {
  if (payload.has(4) && load_be16(payload.data()) == 1) {
    const size_t size = size_t{4} + payload.data()[2] + payload.data()[3] + 8 + 1;
    if (!payload.has(size)) return kNothing;
    payload = payload.after(size);
  }
  if (payload.has(8) && load_be16(payload.data()) == 0) payload = payload.after(8);
  if (!payload.has(1) || payload.data()[0] >> 4 != 6) return kNothing;
  return {Layer::ip, payload};
}

// L2TP version 2 data messages (RFC 2661 section 3.1).
Inside l2tp(Slice payload) {
  ByteReader reader(payload.bytes);
  const uint16_t flags = reader.be16();
  constexpr uint16_t kControl = 0x8000;
  constexpr uint16_t kLength = 0x4000;
  constexpr uint16_t kSequence = 0x0800;
  constexpr uint16_t kOffset = 0x0200;
  if ((flags & 0x0f) != 2 || (flags & kControl) != 0) return kNothing;
  const size_t length = (flags & kLength) != 0 ? reader.be16() : payload.wire_size;
  reader.skip(4);
  if ((flags & kSequence) != 0) reader.skip(4);
  if ((flags & kOffset) != 0) reader.skip(reader.be16());
  if (!reader.ok() || length < reader.position()) return kNothing;
  return {Layer::ppp, payload.trim(length).after(reader.position())};
}

// ERSPAN: type I has no header of its own, and no GRE sequence number either; type II has 8 bytes,
// type III 12 and 8 more when its last bit says so (draft-foschiano-erspan-03 section 4).
Inside erspan(uint16_t type, bool has_sequence, Slice data) {
  if (type == kEtherErspan) {
    if (has_sequence && !data.has(8)) return kNothing;
    return {Layer::ethernet, data.after(has_sequence ? 8 : 0)};
  }
  if (!data.has(12)) return kNothing;
  const size_t size = (data.data()[11] & 1) != 0 ? 20 : 12;
  if (!data.has(size)) return kNothing;
  const int frame_type = data.data()[10] >> 2 & 0x1f;
  return {frame_type == 2 ? Layer::ip : Layer::ethernet, data.after(size)};
}

// GRE (RFC 2784, RFC 2890) and the enhanced GRE of PPTP (RFC 2637 section 4.1).
Inside gre(Slice payload, bool& bad) {
  ByteReader reader(payload.bytes);
  const uint16_t flags = reader.be16();
  const uint16_t type = reader.be16();
  const int version = flags & 7;
  constexpr uint16_t kChecksum = 0x8000;
  constexpr uint16_t kRouting = 0x4000;
  constexpr uint16_t kKey = 0x2000;
  constexpr uint16_t kSequence = 0x1000;
  constexpr uint16_t kAcknowledgement = 0x0080;
  const bool is_pptp = type == kEtherPpp && (flags & kKey) != 0;
  bad = version > 1 || (flags & kRouting) != 0 || (version == 1 && !is_pptp);
  if ((flags & kChecksum) != 0) reader.skip(4);
  size_t length = payload.wire_size;
  if (version == 1) length = reader.be16();
  if ((flags & kKey) != 0) reader.skip(version == 1 ? 2 : 4);
  if ((flags & kSequence) != 0) reader.skip(4);
  if (version == 1 && (flags & kAcknowledgement) != 0) reader.skip(4);
  bad = bad || !reader.ok();
  if (bad) return kNothing;
  const Slice inside = payload.after(reader.position()).trim(length);
  if (type == kEtherErspan || type == kEtherErspan3) {
    return erspan(type, (flags & kSequence) != 0, inside);
  }
  return inside_ether_type(type, inside);
}

// EtherIP (RFC 3378): version 3 and twelve zero bits.
Inside ether_ip(Slice payload) {
  if (!payload.has(2) || load_be16(payload.data()) != 0x3000) return kNothing;
  return {Layer::ethernet, payload.after(2)};
}

using UdpTunnel = Inside (*)(Slice payload);

UdpTunnel tunnel_on(uint16_t port) {
  switch (port) {
    case 1701:
      return l2tp;
    case 2152:
      return gtp_u;
    case 3544:
      return teredo;
    case 4789:
    case 8472:
      return vxlan;
    case 6081:
      return geneve;
    case 37008:
      return tzsp;
    default:
      return nullptr;
  }
}

}  // namespace

Inside inside_udp(uint16_t src_port, uint16_t dst_port, Slice payload) {
  for (const uint16_t port : {dst_port, src_port}) {
    if (const UdpTunnel tunnel = tunnel_on(port)) {
      const Inside inside = tunnel(payload);
      if (is_plausible(inside)) return inside;
    }
  }
  return kNothing;
}

Inside inside_ip(uint8_t protocol, Slice payload, bool& bad) {
  Inside inside;
  switch (protocol) {
    case 4:   // IPv4 in IP (RFC 2003)
    case 41:  // IPv6 in IP (RFC 4213)
      inside = {Layer::ip, payload};
      break;
    case 47:
      inside = gre(payload, bad);
      break;
    case 97:
      inside = ether_ip(payload);
      break;
    case 137:
      inside = {Layer::mpls, payload};
      break;  // RFC 4023
    default:
      break;
  }
  return is_plausible(inside) ? inside : kNothing;
}

}  // namespace telltale
