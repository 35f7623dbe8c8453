// Ethernet II, IEEE 802.3 with LLC and SNAP, VLAN tags, MPLS, FabricPath.
#include "sensor/decode/ether_types.h"
#include "sensor/decode/walk.h"

namespace telltale {

Outcome Walk::ethernet(Slice data) {
  if (!data.has(14)) return give_up(Weird::ethernet_header_truncated);
  const uint8_t* p = data.data();
  out_.dst_mac = MacAddress::from(p);
  out_.src_mac = MacAddress::from(p + 6);
  return ether_type(load_be16(p + 12), data.after(14));
}

Outcome Walk::ether_type(uint16_t type, Slice data) {
  for (;;) {
    if (type == kEtherIpv4) return ipv4(data);
    if (type == kEtherIpv6) return ipv6(data);
    if (is_vlan(type)) {
      if (!take_vlan_tag(type, data)) return Outcome::none;
    } else if (type <= kEtherMaxLength || type == kEtherJumboLlc) {
      if (!take_llc(type, data)) return Outcome::none;
    } else {
      break;
    }
  }
  switch (type) {
    case kEtherArp:
      kind_ = &DecodeCounts::arp;
      return Outcome::none;
    case kEtherMpls:
    case kEtherMplsMulticast:
      return mpls(data);
    case kEtherPppoeSession:
      return pppoe(data);
    case kEtherPpp:
      return ppp(data);
    case kEtherFabricPath:
      return enter({Layer::ethernet, data.after(2)});
    case kEtherMacsec:
      return give_up(Weird::macsec_frame);
    default:
      return Outcome::none;
  }
}

// IEEE 802.1Q section 9.6. An identifier of 0 is a priority without a VLAN.
bool Walk::take_vlan_tag(uint16_t& type, Slice& data) {
  if (!data.has(4)) {
    weird_.count(Weird::vlan_tag_truncated);
    return false;
  }
  const uint32_t id = load_be16(data.data()) & 0x0fffU;
  if (id != 0 && out_.vlan > 0xffff) {
    weird_.count(Weird::vlan_tags_more_than_two);
  } else if (id != 0) {
    out_.vlan = out_.vlan << 16 | id;
  }
  type = load_be16(data.data() + 2);
  data = data.after(4);
  return true;
}

// `type` is the length of the LLC frame, and then the EtherType that SNAP names (RFC 1042).
bool Walk::take_llc(uint16_t& type, Slice& data) {
  if (type <= kEtherMaxLength) data = data.trim(type);
  if (!data.has(3)) {
    weird_.count(Weird::llc_header_truncated);
    return false;
  }
  const uint8_t* p = data.data();
  constexpr uint8_t kSapIp = 0x06;
  constexpr uint8_t kSapSnap = 0xaa;
  if (p[0] == kSapIp && p[1] == kSapIp) {
    type = kEtherIpv4;
    data = data.after(3);
    return true;
  }
  if (p[0] != kSapSnap || p[1] != kSapSnap) return false;
  if (!data.has(8)) {
    weird_.count(Weird::llc_header_truncated);
    return false;
  }
  // The organisation 00-00-00 or 00-00-f8 (IEEE 802.1H) says that an EtherType follows.
  const bool names_ether_type = p[3] == 0 && p[4] == 0 && (p[5] == 0 || p[5] == 0xf8);
  if (!names_ether_type) return false;
  type = load_be16(p + 6);
  data = data.after(8);
  return true;
}

// A label stack does not say what it carries (RFC 4928 section 2): IP shows in its first nibble, a
// pseudowire in its control word (RFC 4385 section 3) or in an Ethernet header that makes sense.
Outcome Walk::mpls(Slice data) {
  bool bottom = false;
  while (!bottom) {
    if (!data.has(4)) return give_up(Weird::mpls_stack_truncated);
    bottom = (data.data()[2] & 1) != 0;
    data = data.after(4);
  }
  if (is_plausible_ip(data)) return ip(data);
  const bool control_word = data.has(4) && data.data()[0] >> 4 == 0;
  if (control_word && is_plausible_ethernet(data.after(4))) {
    return enter({Layer::ethernet, data.after(4)});
  }
  if (is_plausible_ethernet(data)) return enter({Layer::ethernet, data});
  return give_up(Weird::mpls_payload_unknown);
}

}  // namespace telltale
