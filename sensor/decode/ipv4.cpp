// IPv4 (RFC 791).
#include "sensor/decode/walk.h"

namespace telltale {

// IP of whichever version its first nibble says.
Outcome Walk::ip(Slice data) {
  const int version = data.has(1) ? data.data()[0] >> 4 : 0;
  if (version == 4) return ipv4(data);
  if (version == 6) return ipv6(data);
  return give_up(Weird::raw_ip_version_unknown);
}

Outcome Walk::ipv4(Slice data) {
  if (!data.has(20)) return give_up(Weird::ipv4_header_truncated);
  const uint8_t* p = data.data();
  if (p[0] >> 4 != 4) return give_up(Weird::ipv4_version_bad);
  const size_t header_size = size_t{p[0]} % 16 * 4;
  if (header_size < 20) return give_up(Weird::ipv4_header_length_bad);
  if (!data.has(header_size)) return give_up(Weird::ipv4_header_truncated);
  size_t total = load_be16(p + 2);
  if (total == 0) {
    // A datagram captured before the card cut it into segments may be too long for the field.
    weird_.count(Weird::ipv4_total_length_zero);
    total = data.wire_size;
  }
  if (total < header_size) return give_up(Weird::ipv4_total_length_too_short);
  if (total > data.wire_size) weird_.count(Weird::ipv4_total_length_beyond_frame);
  data = data.claim(total);

  out_.src = {IpAddress::v4(p + 12), 0};
  out_.dst = {IpAddress::v4(p + 16), 0};
  out_.ip = data.bytes;
  constexpr uint16_t kMoreFragmentsAndOffset = 0x3fff;
  if ((load_be16(p + 6) & kMoreFragmentsAndOffset) != 0) return ipv4_fragment(data, header_size);
  IpPayload payload{p[9], data.after(header_size)};
  while (payload.protocol == kAuthenticationHeader) {
    if (!take_extension(payload)) return Outcome::none;
  }
  return transport(payload);
}

Outcome Walk::ipv4_fragment(Slice data, size_t header_size) {
  const uint8_t* p = data.data();
  const uint16_t flags_and_offset = load_be16(p + 6);
  count_as(p[9]);
  Fragment fragment;
  fragment.key = {out_.src.address, out_.dst.address, load_be16(p + 4), out_.vlan, p[9]};
  fragment.header = data.bytes.first(header_size);
  fragment.next_header_at = 9;
  fragment.next_header = p[9];
  fragment.data = data.after(header_size);
  fragment.offset = size_t{flags_and_offset & 0x1fffU} * 8;
  fragment.last = (flags_and_offset & 0x2000) == 0;
  const std::span<uint8_t> whole = fragments_.add(fragment, out_.ts);
  if (whole.empty()) return Outcome::held;
  // So that whoever reads the header next sees one datagram.
  whole[2] = static_cast<uint8_t>(whole.size() >> 8);
  whole[3] = static_cast<uint8_t>(whole.size());
  whole[6] &= 0x40;
  whole[7] = 0;
  return ipv4({Bytes{whole}, whole.size()});
}

}  // namespace telltale
