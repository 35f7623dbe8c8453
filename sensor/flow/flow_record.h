// FlowRecord: what is known of every conversation, small enough to keep a million of them.
//
// What costs more (streams, parsers, classification) is an attachment, made by whoever drives the
// table once the flow carries payload. Counters are kept by end (low, high) as in FlowKey, because
// which end is the client may be settled after the first packets.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "sensor/model/event.h"
#include "sensor/model/flow.h"

namespace telltale {

class FlowAttachment {
 public:
  virtual ~FlowAttachment() = default;
};

// How it was settled which end is the client, weakest first.
enum class Originator : uint8_t { first_packet, ports, home, opening };

// Two cache lines. Its place in memory is its own until the flow ends.
struct alignas(64) FlowRecord {
  FlowKey key;
  uint32_t client_isn = 0;  // initial sequence number (RFC 9293 section 3.4.1), when has_isn
  Timestamp first_ts;
  Timestamp last_ts;  // never goes back
  FrameRef first_frame;
  std::array<FlowCounts, 2> by_end;  // what low sent, what high sent
  std::unique_ptr<FlowAttachment> attachment;
  uint32_t older = 0;  // neighbours in the table's queue; the table's own business
  uint32_t newer = 0;
  IcmpHeader icmp;        // of the first packet
  uint8_t tcp_flags = 0;  // all seen, both directions
  uint8_t queue = 0;
  Originator originator = Originator::first_packet;
  bool low_is_client : 1 = true;
  bool has_isn : 1 = false;
  bool carries_payload : 1 = false;
  bool established : 1 =
      false;                // handshake done or payload seen; without TCP: both ends have spoken
  bool closed : 1 = false;  // RST, or FIN of both ends
  bool low_finished : 1 = false;
  bool high_finished : 1 = false;

  const Endpoint& client() const { return low_is_client ? key.low : key.high; }
  const Endpoint& server() const { return low_is_client ? key.high : key.low; }
  Direction direction(bool from_low) const {
    return from_low == low_is_client ? Direction::to_server : Direction::to_client;
  }
  std::array<FlowCounts, 2> counts() const {  // by Direction
    return low_is_client ? by_end : std::array<FlowCounts, 2>{by_end[1], by_end[0]};
  }
  FlowState state() const {
    if (closed) return FlowState::closed;
    return established ? FlowState::established : FlowState::fresh;
  }
  // The sequence number of the client's first payload byte, where the handshake was seen.
  std::optional<uint32_t> first_client_seq() const {
    return has_isn ? std::optional<uint32_t>(client_isn + 1) : std::nullopt;
  }
};
static_assert(sizeof(FlowRecord) == 128, "a flood of flows must fit the memory budget");

}  // namespace telltale
