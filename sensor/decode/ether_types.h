// EtherTypes (IANA "IEEE 802 Numbers") that carry or may carry IP.
#pragma once

#include <cstdint>

namespace telltale {

enum EtherType : uint16_t {
  kEtherMaxLength = 1500,  // up to here the field is the length of an LLC frame (IEEE 802.3)
  kEtherIpv4 = 0x0800,
  kEtherArp = 0x0806,
  kEtherErspan3 = 0x22eb,
  kEtherBridged = 0x6558,  // a whole Ethernet frame (RFC 1701)
  kEtherVlan = 0x8100,
  kEtherIpv6 = 0x86dd,
  kEtherPpp = 0x880b,
  kEtherMpls = 0x8847,
  kEtherMplsMulticast = 0x8848,
  kEtherPppoeSession = 0x8864,
  kEtherJumboLlc = 0x8870,
  kEtherServiceVlan = 0x88a8,
  kEtherErspan = 0x88be,
  kEtherMacsec = 0x88e5,
  kEtherFabricPath = 0x8903,  // Cisco: a forwarding tag, then a whole Ethernet frame
  kEtherOldQinQ = 0x9100,
};

inline bool is_vlan(uint16_t type) {
  return type == kEtherVlan || type == kEtherServiceVlan || type == kEtherOldQinQ;
}

}  // namespace telltale
