// Which layer a capture's packets begin with: LINKTYPE_ values of
// https://www.tcpdump.org/linktypes.html, and the small headers that have no family of their own.
#include "sensor/decode/ether_types.h"
#include "sensor/decode/walk.h"

namespace telltale {
namespace {

enum LinkType : uint32_t {
  kLinkNull = 0,
  kLinkEthernet = 1,
  kLinkPpp = 9,
  kLinkRawOpenBsd = 14,
  kLinkRawBsd = 12,
  kLinkPppHdlc = 50,
  kLinkPppEther = 51,
  kLinkRaw = 101,
  kLinkCiscoHdlc = 104,
  kLinkIeee80211 = 105,
  kLinkLoop = 108,
  kLinkLinuxCooked = 113,
  kLinkPrism = 119,
  kLinkRadiotap = 127,
  kLinkAvs = 163,
  kLinkPpi = 192,
  kLinkIpv4 = 228,
  kLinkIpv6 = 229,
  kLinkLinuxCooked2 = 276,
};

// ARPHRD_ values of Linux that change what a cooked capture carries.
enum Hardware : uint16_t {
  kHardwareEthernet = 1,
  kHardwareIeee80211 = 801,
  kHardwareRadiotap = 803
};

}  // namespace

Outcome Walk::link(uint32_t link_type, Slice data) {
  return link_type == kLinkPpi ? ppi(data) : other_link(link_type, data);
}

Outcome Walk::other_link(uint32_t link_type, Slice data) {
  switch (link_type) {
    case kLinkEthernet:
      return ethernet(data);
    case kLinkNull:
    case kLinkLoop:
      return loopback(data);
    case kLinkRaw:
    case kLinkRawBsd:
    case kLinkRawOpenBsd:
      return ip(data);
    case kLinkIpv4:
      return ipv4(data);
    case kLinkIpv6:
      return ipv6(data);
    case kLinkLinuxCooked:
      return linux_cooked(data);
    case kLinkLinuxCooked2:
      return linux_cooked_v2(data);
    case kLinkPpp:
    case kLinkPppHdlc:
    case kLinkCiscoHdlc:
      return cisco_hdlc(data);
    case kLinkPppEther:
      return pppoe(data);
    case kLinkIeee80211:
      return ieee80211(data, false);
    case kLinkRadiotap:
      return radiotap(data);
    case kLinkPrism:
    case kLinkAvs:
      return prism(data);
    default:
      return give_up(Weird::link_type_unknown);
  }
}

// The address family in the byte order of whoever captured; families are small numbers.
Outcome Walk::loopback(Slice data) {
  if (!data.has(4)) return give_up(Weird::loopback_header_truncated);
  uint32_t family = load_be32(data.data());
  if (family > 0xffff) family = __builtin_bswap32(family);
  data = data.after(4);
  switch (family) {
    case 2:
      return ipv4(data);
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:
      return ipv6(data);  // macOS
    default:
      return give_up(Weird::loopback_family_unknown);
  }
}

Outcome Walk::linux_cooked(Slice data) {
  if (!data.has(16)) return give_up(Weird::linux_cooked_header_truncated);
  const uint8_t* p = data.data();
  const uint16_t hardware = load_be16(p + 2);
  if (hardware == kHardwareEthernet && load_be16(p + 4) == 6) {
    out_.src_mac = MacAddress::from(p + 6);
  }
  return cooked_payload(hardware, load_be16(p + 14), data.after(16));
}

Outcome Walk::linux_cooked_v2(Slice data) {
  if (!data.has(20)) return give_up(Weird::linux_cooked_header_truncated);
  const uint8_t* p = data.data();
  const uint16_t hardware = load_be16(p + 8);
  if (hardware == kHardwareEthernet && p[11] == 6) out_.src_mac = MacAddress::from(p + 12);
  return cooked_payload(hardware, load_be16(p), data.after(20));
}

Outcome Walk::cooked_payload(uint16_t hardware, uint16_t protocol, Slice data) {
  constexpr uint16_t kProtocolLlc = 0x0004;
  if (hardware == kHardwareRadiotap) return radiotap(data);
  if (hardware == kHardwareIeee80211) return ieee80211(data, false);
  if (protocol == kProtocolLlc) return ether_type(kEtherJumboLlc, data);
  // Other small numbers are Linux's own and carry no IP.
  return protocol > kEtherMaxLength ? ether_type(protocol, data) : Outcome::none;
}

// Captures of type PPP hold Cisco's HDLC as well: 0x0f (unicast) or 0x8f, then 0, then an
// EtherType.
Outcome Walk::cisco_hdlc(Slice data) {
  const bool is_cisco = data.has(4) && (data.data()[0] & 0x7f) == 0x0f && data.data()[1] == 0;
  if (!is_cisco) return ppp(data);
  const uint16_t type = load_be16(data.data() + 2);
  return type > kEtherMaxLength ? ether_type(type, data.after(4)) : Outcome::none;
}

// Per-Packet Information: version, flags, length, then the link type of what follows.
Outcome Walk::ppi(Slice data) {
  if (!data.has(8)) return give_up(Weird::ppi_header_bad);
  ByteReader reader(data.bytes);
  reader.skip(2);
  const size_t size = reader.le16();
  const uint32_t link_type = reader.le32();
  if (size < 8 || !data.has(size)) return give_up(Weird::ppi_header_bad);
  return other_link(link_type, data.after(size));
}

}  // namespace telltale
