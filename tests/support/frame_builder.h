// Builds frames byte by byte for tests. Layers nest as calls, outermost first:
//
//   const std::string frame = ethernet({}, ipv4({.protocol = kTcp}, tcp({.seq = 7}, "GET /
//   HTTP/1.1\r\n"))); Packet packet = packet_of(frame);          // a view on `frame`, which must
//   live on
//
// or, for the usual case, tcp_frame(Path{}, {.seq = 7}, "GET ...") and udp_frame(Path{}, "...");
// back(path) is the way of the answers. Every header has a struct of its fields with plausible
// defaults; a field that a test wants wrong (a length, a version) can be set. Lengths and checksums
// are right unless they are set, so that the frames written to a capture look sound in Wireshark.
//
// To add a layer: a struct of its fields and a function from it and the payload to bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/base/ip_address.h"
#include "sensor/model/packet.h"
#include "sensor/model/segment.h"

namespace telltale::test {

// Big-endian numbers.
inline std::string be8(uint64_t value) { return std::string(1, static_cast<char>(value)); }
inline std::string be16(uint64_t value) { return be8(value >> 8) + be8(value); }
inline std::string be32(uint64_t value) { return be16(value >> 16) + be16(value); }
inline std::string zeros(size_t count) { return std::string(count, '\0'); }
// Little-endian numbers.
inline std::string le16(uint64_t value) { return be8(value) + be8(value >> 8); }
inline std::string le32(uint64_t value) { return le16(value) + le16(value >> 16); }
// Bytes of hexadecimal digits; spaces are ignored.
inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  int high = -1;
  for (const char c : digits) {
    if (c == ' ') continue;
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high >= 0) bytes += static_cast<char>(high << 4 | value);
    high = high >= 0 ? -1 : value;
  }
  return bytes;
}

// The 4 or 16 bytes of an address, the 6 of a MAC. The text must be valid.
inline std::string address_bytes(std::string_view text) {
  const IpAddress address = IpAddress::parse(text).value();
  const auto& raw = address.bytes();
  return {raw.begin() + (address.is_v4() ? 12 : 0), raw.end()};
}
inline std::string mac_bytes(std::string_view text) {
  const MacAddress mac = MacAddress::parse(text).value();
  return {mac.bytes.begin(), mac.bytes.end()};
}

// The Internet checksum (RFC 1071).
inline uint16_t internet_checksum(std::string_view bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    sum += uint64_t{static_cast<uint8_t>(bytes[i])} << (i % 2 == 0 ? 8 : 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// --- Link layers ---

struct Ethernet {
  std::string src = "02:00:00:00:00:0a";
  std::string dst = "02:00:00:00:00:01";
  uint16_t type = 0x0800;
};
inline std::string ethernet(const Ethernet& header, std::string_view payload) {
  return mac_bytes(header.dst) + mac_bytes(header.src) + be16(header.type) + std::string(payload);
}
// What follows the type 0x8100 (or 0x88a8): the tag, then the type of the payload.
inline std::string vlan(uint16_t id, uint16_t type, std::string_view payload) {
  return be16(id) + be16(type) + std::string(payload);
}
// LLC with SNAP that names an EtherType; in Ethernet, the type is its size.
inline std::string llc_snap(uint16_t type, std::string_view payload) {
  return from_hex("aaaa03 000000") + be16(type) + std::string(payload);
}
inline std::string mpls(const std::vector<uint32_t>& labels, std::string_view payload) {
  std::string bytes;
  for (size_t i = 0; i < labels.size(); ++i) {
    bytes += be32(labels[i] << 12 | (i + 1 == labels.size() ? 0x100U : 0U) | 64);
  }
  return bytes + std::string(payload);
}
inline std::string pppoe(std::string_view ppp) {
  return from_hex("11 00 0001") + be16(ppp.size()) + std::string(ppp);
}

// --- IP ---

struct Ipv4 {
  std::string src = "192.168.1.10";
  std::string dst = "203.0.113.5";
  uint8_t protocol = kTcp;
  uint16_t id = 1;
  bool more_fragments = false;
  uint16_t offset = 0;       // of a fragment, in bytes
  std::string options = {};  // a multiple of 4 bytes
  std::optional<uint16_t> total_length = {};
  uint8_t version = 4;
  std::optional<uint8_t> header_words = {};
};
struct Ipv6 {
  std::string src = "2001:db8::10";
  std::string dst = "2001:db8:1::5";
  uint8_t next_header = kTcp;
  std::optional<uint16_t> payload_length = {};
  uint8_t version = 6;
};

// `payload` with its checksum filled in where it is 0: of TCP, UDP or ICMPv6, by the pseudo header
// (RFC 9293 section 3.1, RFC 8200 section 8.1).
inline std::string with_checksum(std::string_view src, std::string_view dst, uint8_t protocol,
                                 std::string payload) {
  const size_t at = protocol == kTcp ? 16 : protocol == kUdp ? 6 : protocol == kIcmpV6 ? 2 : 0;
  if (at == 0 || payload.size() < at + 2 || payload.compare(at, 2, zeros(2)) != 0) return payload;
  const std::string pseudo =
      address_bytes(src) + address_bytes(dst) + be32(payload.size()) + be32(protocol);
  payload.replace(at, 2, be16(internet_checksum(pseudo + payload)));
  return payload;
}

inline std::string ipv4(const Ipv4& header, std::string_view payload) {
  const bool is_fragment = header.more_fragments || header.offset != 0;
  const std::string data =
      is_fragment ? std::string(payload)
                  : with_checksum(header.src, header.dst, header.protocol, std::string(payload));
  const size_t size = 20 + header.options.size();
  std::string bytes = be8(uint64_t{header.version} << 4 |
                          header.header_words.value_or(static_cast<uint8_t>(size / 4))) +
                      be8(0) + be16(header.total_length.value_or(size + data.size())) +
                      be16(header.id) +
                      be16((header.more_fragments ? 0x2000 : 0) | header.offset / 8) + be8(64) +
                      be8(header.protocol) + zeros(2) + address_bytes(header.src) +
                      address_bytes(header.dst) + header.options;
  bytes.replace(10, 2, be16(internet_checksum(bytes)));
  return bytes + data;
}

inline std::string ipv6(const Ipv6& header, std::string_view payload) {
  const std::string data =
      with_checksum(header.src, header.dst, header.next_header, std::string(payload));
  return be32(uint32_t{header.version} << 28) + be16(header.payload_length.value_or(data.size())) +
         be8(header.next_header) + be8(64) + address_bytes(header.src) + address_bytes(header.dst) +
         data;
}
// Hop-by-hop, destination or routing options of 8 bytes (one padding option), then `payload`.
inline std::string ipv6_options(uint8_t next_header, std::string_view payload) {
  return be8(next_header) + be8(0) + from_hex("0104 00000000") + std::string(payload);
}

struct Ipv6Fragment {
  uint8_t next_header = kTcp;
  uint16_t offset = 0;  // in bytes
  bool more = false;
  uint32_t id = 1;
};
inline std::string ipv6_fragment(const Ipv6Fragment& header, std::string_view payload) {
  return be8(header.next_header) + be8(0) + be16(header.offset | (header.more ? 1 : 0)) +
         be32(header.id) + std::string(payload);
}

// The fragments of a datagram's payload in order, each of at most `size` bytes (a multiple of 8).
inline std::vector<std::string> ipv4_fragments(Ipv4 header, const std::string& payload,
                                               size_t size) {
  std::vector<std::string> fragments;
  for (size_t at = 0; at < payload.size(); at += size) {
    header.offset = static_cast<uint16_t>(at);
    header.more_fragments = at + size < payload.size();
    fragments.push_back(ipv4(header, payload.substr(at, size)));
  }
  return fragments;
}
inline std::vector<std::string> ipv6_fragments(Ipv6 header, Ipv6Fragment fragment,
                                               const std::string& payload, size_t size) {
  std::vector<std::string> fragments;
  fragment.next_header = std::exchange(header.next_header, uint8_t{44});
  for (size_t at = 0; at < payload.size(); at += size) {
    fragment.offset = static_cast<uint16_t>(at);
    fragment.more = at + size < payload.size();
    fragments.push_back(ipv6(header, ipv6_fragment(fragment, payload.substr(at, size))));
  }
  return fragments;
}

// --- Transport ---

struct Tcp {
  uint16_t src_port = 40'000;
  uint16_t dst_port = 80;
  uint32_t seq = 1000;
  uint32_t ack = 2000;
  uint8_t flags = kAck | kPsh;
  std::string options = {};                 // a multiple of 4 bytes
  std::optional<uint8_t> data_offset = {};  // in words of 4 bytes
};
inline std::string tcp(const Tcp& header, std::string_view payload = {}) {
  const size_t words = 5 + header.options.size() / 4;
  return be16(header.src_port) + be16(header.dst_port) + be32(header.seq) + be32(header.ack) +
         be8(uint64_t{header.data_offset.value_or(static_cast<uint8_t>(words))} << 4) +
         be8(header.flags) + be16(64'240) + zeros(4) + header.options + std::string(payload);
}

struct Udp {
  uint16_t src_port = 40'000;
  uint16_t dst_port = 53;
  std::optional<uint16_t> length = {};
};
inline std::string udp(const Udp& header, std::string_view payload) {
  return be16(header.src_port) + be16(header.dst_port) +
         be16(header.length.value_or(8 + payload.size())) + zeros(2) + std::string(payload);
}

struct Icmp {
  uint8_t type = 8;  // 128 is the echo request of ICMPv6
  uint8_t code = 0;
  uint16_t id = 77;
  uint16_t sequence = 1;
};
inline std::string icmp(const Icmp& header, std::string_view payload) {
  return be8(header.type) + be8(header.code) + zeros(2) + be16(header.id) + be16(header.sequence) +
         std::string(payload);
}

// --- Whole frames ---

// Who talks to whom; IPv6 when the addresses are.
struct Path {
  std::string src = "192.168.1.10";
  std::string dst = "203.0.113.5";
  uint16_t src_port = 40'000;
  uint16_t dst_port = 80;
  std::string src_mac = "02:00:00:00:00:0a";
  std::string dst_mac = "02:00:00:00:00:01";
};
inline Path back(const Path& path) {
  return {path.dst, path.src, path.dst_port, path.src_port, path.dst_mac, path.src_mac};
}

inline std::string ip_frame(const Path& path, uint8_t protocol, std::string_view payload) {
  const bool is_v6 = path.src.find(':') != std::string::npos;
  return ethernet({path.src_mac, path.dst_mac, static_cast<uint16_t>(is_v6 ? 0x86dd : 0x0800)},
                  is_v6 ? ipv6({path.src, path.dst, protocol}, payload)
                        : ipv4({path.src, path.dst, protocol}, payload));
}
// The ports are those of `path`.
inline std::string tcp_frame(const Path& path, Tcp header, std::string_view payload = {}) {
  header.src_port = path.src_port;
  header.dst_port = path.dst_port;
  return ip_frame(path, kTcp, tcp(header, payload));
}
inline std::string udp_frame(const Path& path, std::string_view payload) {
  return ip_frame(path, kUdp, udp({path.src_port, path.dst_port}, payload));
}

// A packet that views `frame`. `wire_size` when the capture was snapped.
inline Packet packet_of(std::string_view frame, uint32_t link_type = 1,
                        std::optional<size_t> wire_size = std::nullopt) {
  Packet packet;
  packet.ts = Timestamp{std::chrono::seconds{1'600'000'000}};
  packet.frame = {0, 1};
  packet.link_type = link_type;
  packet.bytes = as_bytes(frame);
  packet.wire_size = static_cast<uint32_t>(wire_size.value_or(frame.size()));
  return packet;
}

}  // namespace telltale::test
