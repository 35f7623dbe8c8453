// The decoder on hostile bytes: the first byte picks the link type, then records of a two-byte
// length and a frame, so that fragments can meet. Properties: views stay inside the frame or the
// decoder's own datagram, every packet is counted once, and held fragments stay below their cap.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>

#include "sensor/decode/decoder.h"

namespace {

using telltale::Bytes;

constexpr uint32_t kLinkTypes[] = {1,   0,   9,   12,  50,  51,  101, 104, 105, 108,
                                   113, 119, 127, 163, 192, 228, 229, 276, 999};

void require(bool property) {
  if (!property) std::abort();
}

bool is_inside(Bytes inner, Bytes outer) {
  return inner.empty() || (inner.data() >= outer.data() &&
                           inner.data() + inner.size() <= outer.data() + outer.size());
}

uint64_t total(const telltale::DecodeCounts& c) {
  return c.tcp + c.udp + c.icmp + c.icmpv6 + c.sctp + c.other_ip + c.arp + c.non_ip;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  telltale::ByteReader reader(Bytes{data, size});
  telltale::Limits limits;
  limits.max_fragment_groups = 8;
  limits.max_fragment_bytes = 256 * 1024;
  telltale::WeirdCounts weird;
  telltale::Decoder decoder(limits, weird);
  telltale::Packet packet;
  telltale::Segment segment;
  packet.link_type = kLinkTypes[reader.u8() % std::size(kLinkTypes)];
  uint64_t packets = 0;
  while (reader.remaining() > 2) {
    // The high bit says that the frame was snapped.
    const uint16_t header = reader.be16();
    const Bytes frame = reader.take(std::min<size_t>(header & 0x7fff, reader.remaining()));
    const auto block = std::make_unique<uint8_t[]>(frame.size());
    if (!frame.empty()) std::memcpy(block.get(), frame.data(), frame.size());
    packet.bytes = {block.get(), frame.size()};
    packet.wire_size = static_cast<uint32_t>(frame.size() + (header & 0x8000 ? 1000 : 0));
    packet.ts += std::chrono::milliseconds{100};
    ++packets;
    if (!decoder.decode(packet, segment)) continue;
    require(decoder.last_was_reassembled() || is_inside(segment.ip, packet.bytes));
    require(is_inside(segment.payload, segment.ip));
    require(segment.payload.size() <= segment.payload_wire_size);
    // Reads every byte, so that a sanitizer sees a view on freed memory.
    unsigned sum = 0;
    for (const uint8_t byte : segment.ip) sum += byte;
    require(sum <= 255 * segment.ip.size());
  }
  require(total(decoder.counts()) == packets);
  return 0;
}
