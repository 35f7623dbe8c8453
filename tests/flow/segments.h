// Segments for flow tests, written as one would say them: from("10.0.0.2", 40000).to("1.2.3.4",
// 443).syn(7).
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "sensor/model/segment.h"

namespace telltale::test {

inline Timestamp at_second(double seconds) {
  return Timestamp(Duration(static_cast<int64_t>((1'600'000'000 + seconds) * 1e9)));
}

inline Endpoint endpoint(std::string_view address, uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

struct SegmentMaker {
  Segment segment;

  SegmentMaker(Endpoint src, Endpoint dst, uint8_t ip_proto = kTcp) {
    segment.src = src;
    segment.dst = dst;
    segment.ip_proto = ip_proto;
    segment.ts = at_second(0);
    segment.wire_size = 60;
  }
  SegmentMaker& at(double seconds) {
    segment.ts = at_second(seconds);
    return *this;
  }
  SegmentMaker& frame(uint32_t number) {
    segment.frame.number = number;
    return *this;
  }
  SegmentMaker& tcp(uint8_t flags, uint32_t seq = 0, uint32_t ack = 0) {
    segment.tcp = {seq, ack, flags};
    return *this;
  }
  SegmentMaker& icmp(uint8_t type, uint8_t code = 0) {
    segment.icmp = {type, code};
    return *this;
  }
  // `text` must outlive the segment.
  SegmentMaker& payload(std::string_view text) {
    segment.payload = as_bytes(text);
    segment.payload_wire_size = static_cast<uint32_t>(text.size());
    segment.wire_size = 60 + segment.payload_wire_size;
    return *this;
  }
  operator const Segment&() const { return segment; }
};

}  // namespace telltale::test
