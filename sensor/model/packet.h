// A captured frame, as a source of packets hands it over.
#pragma once

#include <compare>
#include <cstdint>

#include "sensor/base/bytes.h"
#include "sensor/base/time.h"

namespace telltale {

// The frame that something stood in: which capture, and its number there as Wireshark counts (from 1).
// Ordered like the input was read.
struct FrameRef {
  uint32_t capture = 0;
  uint32_t number = 0;
  friend auto operator<=>(const FrameRef&, const FrameRef&) = default;
};

// `link_type` is a LINKTYPE_ value (https://www.tcpdump.org/linktypes.html). `bytes` is a view on the
// source's buffer, valid until the source's next call.
struct Packet {
  Timestamp ts;
  FrameRef frame;
  uint32_t link_type = 1;
  uint32_t interface = 0;
  Bytes bytes;
  uint32_t wire_size = 0;  // size on the wire; more than bytes.size() when the capture was snapped

  // Not a packet: a live source's word that time has passed and nothing came.
  bool is_silence() const { return wire_size == 0 && bytes.empty(); }
};

}  // namespace telltale
