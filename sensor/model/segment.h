// What decoding makes of a packet: addresses, transport header and payload of the innermost datagram.
#pragma once

#include <cstdint>

#include "sensor/base/ip_address.h"
#include "sensor/model/packet.h"

namespace telltale {

enum IpProtocol : uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpV6 = 58, kSctp = 132 };
enum TcpFlag : uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct TcpHeader {
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint8_t flags = 0;
};

// For an echo request or reply both ports of the segment are the identifier, so that they share a flow.
struct IcmpHeader {
  uint8_t type = 0;
  uint8_t code = 0;
};

// A view on the packet (or on the defragmenter's buffer), valid until the next packet is decoded.
struct Segment {
  Timestamp ts;
  FrameRef frame;
  Endpoint src;
  Endpoint dst;
  uint8_t ip_proto = 0;
  uint32_t vlan = 0;  // outer id << 16 | inner id; 0 when untagged. A single tag stands in the low half.
  MacAddress src_mac;  // zero where the link layer has none
  MacAddress dst_mac;
  TcpHeader tcp;
  IcmpHeader icmp;
  Bytes ip;                        // the innermost datagram from its IP header on
  Bytes payload;                   // of TCP, UDP; for others what follows the IP header
  uint32_t payload_wire_size = 0;  // as the headers say; more than payload.size() when snapped
  uint32_t wire_size = 0;          // of the whole frame
};

}  // namespace telltale
