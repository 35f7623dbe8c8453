// Is this a tunnel, or other traffic on a tunnel's port? Headers have to agree with each other and
// with the size of what they are in; a random payload passes with a chance of well under one in
// 10,000.
#include "sensor/decode/ether_types.h"
#include "sensor/decode/tunnels.h"
#include "sensor/model/segment.h"

namespace telltale {
namespace {

bool is_plausible_ipv4(Slice data) {
  if (!data.has(20)) return false;
  const uint8_t* p = data.data();
  const size_t header_size = size_t{p[0]} % 16 * 4;
  const size_t total = load_be16(p + 2);
  const bool reserved_bit = (p[6] & 0x80) != 0;
  return p[0] >> 4 == 4 && header_size >= 20 && total >= header_size && total <= data.wire_size &&
         !reserved_bit && p[8] != 0;
}

bool is_plausible_ipv6(Slice data) {
  if (!data.has(40)) return false;
  const uint8_t* p = data.data();
  const size_t total = size_t{40} + load_be16(p + 4);
  return p[0] >> 4 == 6 && total <= data.wire_size;
}

bool is_plausible_ppp(Slice data) {
  if (data.has(2) && data.data()[0] == 0xff && data.data()[1] == 0x03) data = data.after(2);
  if (!data.has(2)) return false;
  const uint8_t* p = data.data();
  // Protocol 0x0021 (IPv4) or 0x0057 (IPv6), its leading zero left out or not (RFC 1661
  // section 6.5).
  data = data.after(p[0] == 0 ? 2 : 1);
  const uint8_t protocol = p[0] == 0 ? p[1] : p[0];
  return (protocol == 0x21 || protocol == 0x57) && is_plausible_ip(data);
}

}  // namespace

bool is_plausible_ip(Slice data) { return is_plausible_ipv4(data) || is_plausible_ipv6(data); }

bool is_plausible_ethernet(Slice data) {
  if (!data.has(14)) return false;
  uint16_t type = load_be16(data.data() + 12);
  data = data.after(14);
  while (is_vlan(type)) {
    if (!data.has(4)) return false;
    type = load_be16(data.data() + 2);
    data = data.after(4);
  }
  switch (type) {
    case kEtherIpv4:
      return is_plausible_ipv4(data);
    case kEtherIpv6:
      return is_plausible_ipv6(data);
    case kEtherMpls:
    case kEtherMplsMulticast:
    case kEtherPppoeSession:
      return true;
    default:
      return false;
  }
}

bool is_plausible(const Inside& inside) {
  switch (inside.layer) {
    case Layer::ethernet:
      return is_plausible_ethernet(inside.data);
    case Layer::ip:
      return is_plausible_ip(inside.data);
    case Layer::ppp:
      return is_plausible_ppp(inside.data);
    case Layer::mpls:
      return inside.data.has(4);
    case Layer::ieee80211:
      return inside.data.has(24);
    case Layer::nothing:
      break;
  }
  return false;
}

}  // namespace telltale
