// PPP (RFC 1661), with or without HDLC-like framing (RFC 1662), and PPPoE sessions (RFC 2516).
#include "sensor/decode/walk.h"

namespace telltale {
namespace {

enum PppProtocol : uint16_t {
  kPppIpv4 = 0x0021,
  kPppIpv6 = 0x0057,
  kPppCompressed = 0x00fd,
  kPppMpls = 0x0281,
  kPppMplsMulticast = 0x0283,
};

}  // namespace

Outcome Walk::pppoe(Slice data) {
  if (!data.has(6)) return give_up(Weird::pppoe_header_bad);
  const uint8_t* p = data.data();
  constexpr uint8_t kVersionAndType = 0x11;
  constexpr uint8_t kSessionData = 0;
  if (p[0] != kVersionAndType || p[1] != kSessionData) return give_up(Weird::pppoe_header_bad);
  return ppp(data.after(6).trim(load_be16(p + 4)));
}

Outcome Walk::ppp(Slice data) {
  // Address and control are there or were negotiated away (RFC 1661 section 6.6).
  if (data.has(2) && data.data()[0] == 0xff && data.data()[1] == 0x03) data = data.after(2);
  if (!data.has(1)) return give_up(Weird::ppp_header_truncated);
  // An odd first byte is a protocol whose leading zero was left out (RFC 1661 section 6.5).
  uint16_t protocol = data.data()[0];
  if ((protocol & 1) != 0) {
    data = data.after(1);
  } else {
    if (!data.has(2)) return give_up(Weird::ppp_header_truncated);
    protocol = load_be16(data.data());
    data = data.after(2);
  }
  switch (protocol) {
    case kPppIpv4:
      return ipv4(data);
    case kPppIpv6:
      return ipv6(data);
    case kPppMpls:
    case kPppMplsMulticast:
      return mpls(data);
    case kPppCompressed:
      return give_up(Weird::ppp_payload_compressed);
    default:
      return Outcome::none;
  }
}

}  // namespace telltale
