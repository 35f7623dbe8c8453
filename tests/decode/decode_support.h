// What every decode test needs: a decoder with its counters, and frames in blocks of their own
// size, so that a sanitizer sees a read past the end.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/decode/decoder.h"
#include "tests/support/frame_builder.h"

namespace telltale::test {

struct DecodeBench {
  explicit DecodeBench(const Limits& limits_in = {}) : limits(limits_in), decoder(limits, weird) {}

  bool decode(std::string_view frame, uint32_t link_type = 1) {
    return decode(packet_of(frame, link_type));
  }
  bool decode(Packet packet) {
    block = std::make_unique<uint8_t[]>(packet.bytes.size());
    if (!packet.bytes.empty()) {
      std::memcpy(block.get(), packet.bytes.data(), packet.bytes.size());
    }
    packet.bytes = {block.get(), packet.bytes.size()};
    return decoder.decode(packet, segment);
  }
  std::string payload() const { return std::string(as_text(segment.payload)); }
  uint64_t count(Weird name) const { return weird[name]; }
  uint64_t total_weird() const {
    uint64_t sum = 0;
    for (size_t i = 0; i < kWeirdCount; ++i) sum += weird[static_cast<Weird>(i)];
    return sum;
  }
  uint64_t total_packets() const {
    const DecodeCounts& c = decoder.counts();
    return c.tcp + c.udp + c.icmp + c.icmpv6 + c.sctp + c.other_ip + c.arp + c.non_ip;
  }

  Limits limits;
  WeirdCounts weird;
  Decoder decoder;
  Segment segment;
  std::unique_ptr<uint8_t[]> block;
};

// "192.168.1.10:40000 > 203.0.113.5:80 6 payload"
inline std::string describe(const Segment& segment) {
  const auto end = [](const Endpoint& endpoint) {
    return endpoint.address.to_string() + ":" + std::to_string(endpoint.port);
  };
  return end(segment.src) + " > " + end(segment.dst) + " " + std::to_string(segment.ip_proto) +
         " " + std::string(as_text(segment.payload));
}
// The same of a packet that must hold a segment.
inline std::string decoded(std::string_view frame, uint32_t link_type = 1) {
  DecodeBench bench;
  return bench.decode(frame, link_type) ? describe(bench.segment) : "nothing";
}

// The datagram that link layer and tunnel tests wrap, and what it must come out as.
inline std::string inner_ipv4() {
  return ipv4({.src = "10.1.0.2", .dst = "198.51.100.9"}, tcp({}, "inner payload"));
}
inline std::string inner_ipv6() {
  return ipv6({.src = "2001:db8::2", .dst = "2001:db8::9"}, tcp({}, "inner payload"));
}
inline constexpr char kInnerIpv4[] = "10.1.0.2:40000 > 198.51.100.9:80 6 inner payload";
inline constexpr char kInnerIpv6[] = "2001:db8::2:40000 > 2001:db8::9:80 6 inner payload";

}  // namespace telltale::test
