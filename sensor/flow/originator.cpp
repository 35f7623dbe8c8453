#include "sensor/flow/originator.h"

#include <algorithm>

namespace telltale {
namespace {

// System ports and the start of the ports that common systems use for outgoing connections (RFC
// 6335 section 6 says 49152; Linux starts at 32768).
constexpr uint16_t kFirstUserPort = 1024;
constexpr uint16_t kFirstEphemeralPort = 32768;

enum class Opening : uint8_t { none, by_sender, by_receiver };

Opening opening_of(const Segment& segment) {
  switch (segment.ip_proto) {
    case kTcp: {
      const uint8_t flags = segment.tcp.flags & (kSyn | kAck | kRst);
      if (flags == kSyn) return Opening::by_sender;
      return flags == (kSyn | kAck) ? Opening::by_receiver : Opening::none;
    }
    case kIcmp:  // RFC 792: echo is 8, its reply 0
      if (segment.icmp.type == 8) return Opening::by_sender;
      return segment.icmp.type == 0 ? Opening::by_receiver : Opening::none;
    case kIcmpV6:  // RFC 4443 section 4: echo request is 128, reply 129
      if (segment.icmp.type == 128) return Opening::by_sender;
      return segment.icmp.type == 129 ? Opening::by_receiver : Opening::none;
    default:
      return Opening::none;
  }
}

void take_opening(FlowRecord& record, const Segment& segment, bool from_low, Opening opening) {
  const bool by_sender = opening == Opening::by_sender;
  record.low_is_client = from_low == by_sender;
  record.originator = Originator::opening;
  if (segment.ip_proto != kTcp) return;
  record.has_isn = true;
  record.client_isn = by_sender ? segment.tcp.seq : segment.tcp.ack - 1;
}

// 0 where the ports do not tell, else the server's.
uint16_t service_port(uint16_t a, uint16_t b) {
  const uint16_t lower = std::min(a, b);
  const uint16_t higher = std::max(a, b);
  const bool tells = (lower < kFirstUserPort && higher >= kFirstUserPort) ||
                     (lower < kFirstEphemeralPort && higher >= kFirstEphemeralPort);
  return tells ? lower : uint16_t{0};
}

}  // namespace

void settle_originator(FlowRecord& record, const Segment& segment, bool from_low,
                       const std::vector<Cidr>& home_networks) {
  if (const Opening opening = opening_of(segment); opening != Opening::none) {
    return take_opening(record, segment, from_low, opening);
  }
  const bool low_is_home = contains(home_networks, record.key.low.address);
  if (low_is_home != contains(home_networks, record.key.high.address)) {
    record.low_is_client = low_is_home;
    record.originator = Originator::home;
  } else if (const uint16_t port = service_port(record.key.low.port, record.key.high.port)) {
    record.low_is_client = record.key.high.port == port;
    record.originator = Originator::ports;
  } else {
    record.low_is_client = from_low;
    record.originator = Originator::first_packet;
  }
}

void learn_opening(FlowRecord& record, const Segment& segment, bool from_low) {
  if (record.originator == Originator::opening || record.carries_payload) return;
  const Opening opening = opening_of(segment);
  if (opening != Opening::none) take_opening(record, segment, from_low, opening);
}

}  // namespace telltale
