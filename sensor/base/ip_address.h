// IPv4 and IPv6 addresses and networks as values.
//
// An IPv4 address is kept as its IPv4-mapped IPv6 form (RFC 4291 section 2.5.5.2), so that one
// 16-byte comparison serves both families.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/bytes.h"

namespace telltale {

class IpAddress {
 public:
  IpAddress() = default;
  static IpAddress v4(const uint8_t* four_bytes);
  static IpAddress v4(uint32_t host_order);
  static IpAddress v6(const uint8_t* sixteen_bytes);
  // Dotted quad or RFC 4291 text; nothing else.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  uint32_t v4_host_order() const { return load_be32(&bytes_[12]); }  // REQUIRES: is_v4()
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  std::string to_string() const;  // IPv6 in RFC 5952 form

  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;   // 224.0.0.0/4, ff00::/8
  bool is_broadcast() const;   // 255.255.255.255
  bool is_link_local() const;  // 169.254.0.0/16, fe80::/10
  // Not globally routed (IANA special-purpose registries, RFC 6890): private, shared,
  // documentation, ...
  bool is_special_purpose() const;

  // By the word, as every packet compares some.
  friend bool operator==(const IpAddress& a, const IpAddress& b) {
    return ((a.word(0) ^ b.word(0)) | (a.word(8) ^ b.word(8))) == 0;
  }
  friend std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) {
    const auto high = a.word(0) <=> b.word(0);
    return high != 0 ? high : a.word(8) <=> b.word(8);
  }

 private:
  uint64_t word(size_t at) const { return load_be64(&bytes_[at]); }

  std::array<uint8_t, 16> bytes_{};
};

// A network such as 192.168.0.0/16 or 2001:db8::/32. A bare address is a network of one.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  // Asked several times a packet.
  bool contains(const IpAddress& address) const {
    const uint8_t* ours = network_.bytes().data();
    const uint8_t* theirs = address.bytes().data();
    return (((load_be64(ours) ^ load_be64(theirs)) & mask_[0]) |
            ((load_be64(ours + 8) ^ load_be64(theirs + 8)) & mask_[1])) == 0;
  }
  int prefix_length() const { return is_v4_ ? bits_ - 96 : bits_; }  // as written
  const IpAddress& network() const { return network_; }              // host bits are zero
  int mapped_bits() const { return bits_; }                          // of the mapped 128-bit form
  std::string to_string() const;
  friend bool operator==(const Cidr&, const Cidr&) = default;

 private:
  IpAddress network_;
  int bits_ = 128;  // in the mapped 128-bit form
  std::array<uint64_t, 2> mask_ = {~uint64_t{0}, ~uint64_t{0}};
  bool is_v4_ = false;
};

// Does any of `networks` hold `address`?
inline bool contains(const std::vector<Cidr>& networks, const IpAddress& address) {
  for (const Cidr& network : networks) {
    if (network.contains(address)) return true;
  }
  return false;
}

struct MacAddress {
  std::array<uint8_t, 6> bytes{};

  static MacAddress from(const uint8_t* six_bytes);
  static std::optional<MacAddress> parse(std::string_view text);  // aa:bb:.., aa-bb-.., aabb..
  bool is_zero() const { return word() == 0; }
  bool is_group() const { return (bytes[0] & 1) != 0; }  // multicast or broadcast
  bool is_local() const { return (bytes[0] & 2) != 0; }  // locally administered, often randomised
  std::string to_string() const;                         // aa:bb:cc:dd:ee:ff
  // All of it as a number.
  uint64_t word() const {
    return uint64_t{load_be32(bytes.data())} << 16 | uint64_t{bytes[4]} << 8 | bytes[5];
  }
  friend bool operator==(const MacAddress& a, const MacAddress& b) { return a.word() == b.word(); }
  friend std::strong_ordering operator<=>(const MacAddress& a, const MacAddress& b) {
    return a.word() <=> b.word();
  }
};

}  // namespace telltale
