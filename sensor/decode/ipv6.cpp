// IPv6 (RFC 8200) and its extension headers.
#include "sensor/decode/walk.h"

namespace telltale {
namespace {

constexpr uint8_t kFragmentHeader = 44;
constexpr uint8_t kNoNextHeader = 59;
constexpr size_t kFragmentHeaderSize = 8;

bool is_extension(uint8_t protocol) {
  switch (protocol) {
    case 0:   // hop-by-hop options
    case 43:  // routing
    case kFragmentHeader:
    case 51:   // authentication
    case 60:   // destination options
    case 135:  // mobility
    case 139:  // host identity
    case 140:  // shim6
      return true;
    default:
      return false;
  }
}

bool is_real_fragment(const Slice& header) {
  constexpr uint16_t kOffsetAndMore = 0xfff9;  // an atomic fragment has neither (RFC 6946)
  return (load_be16(header.data() + 2) & kOffsetAndMore) != 0;
}

}  // namespace

Outcome Walk::ipv6(Slice data, bool reassembled) {
  if (!data.has(40)) return give_up(Weird::ipv6_header_truncated);
  const uint8_t* p = data.data();
  if (p[0] >> 4 != 6) return give_up(Weird::ipv6_version_bad);
  size_t total = size_t{40} + load_be16(p + 4);
  if (total == 40 && p[6] != kNoNextHeader && data.wire_size > 40) {
    // A jumbogram (RFC 2675), or captured before the card cut it into segments.
    weird_.count(Weird::ipv6_payload_length_zero);
    total = data.wire_size;
  }
  if (total > data.wire_size) weird_.count(Weird::ipv6_payload_length_beyond_frame);
  data = data.claim(total);
  out_.src = {IpAddress::v6(p + 8), 0};
  out_.dst = {IpAddress::v6(p + 24), 0};
  out_.ip = data.bytes;

  IpPayload payload{p[6], data.after(40)};
  size_t next_header_at = 6;
  while (is_extension(payload.protocol)) {
    const Slice header = payload.data;
    const bool may_be_fragment = payload.protocol == kFragmentHeader;
    if (!take_extension(payload)) return Outcome::none;
    if (may_be_fragment && is_real_fragment(header)) {
      return reassembled ? ipv6_nested_fragment() : ipv6_fragment(data, header, next_header_at);
    }
    next_header_at = data.size() - header.size();
  }
  return transport(payload);
}

// Moves over an extension header; the first byte of each says what follows.
bool Walk::take_extension(IpPayload& payload) {
  const Slice header = payload.data;
  size_t size = kFragmentHeaderSize;
  if (header.has(2) && payload.protocol == kAuthenticationHeader) {
    size = (size_t{header.data()[1]} + 2) * 4;
  } else if (header.has(2) && payload.protocol != kFragmentHeader) {
    size = (size_t{header.data()[1]} + 1) * 8;
  }
  if (!header.has(size)) {
    count_as(payload.protocol);
    weird_.count(Weird::ip_extension_truncated);
    return false;
  }
  payload = {header.data()[0], header.after(size)};
  return true;
}

// `at_header` begins with the fragment header, `next_header_at` is where the header before it names
// it.
Outcome Walk::ipv6_fragment(Slice datagram, const Slice& at_header, size_t next_header_at) {
  const uint8_t* p = at_header.data();
  count_as(p[0]);
  Fragment fragment;
  fragment.key = {out_.src.address, out_.dst.address, load_be32(p + 4), out_.vlan, 0};
  fragment.header = datagram.bytes.first(datagram.size() - at_header.size());
  fragment.next_header_at = next_header_at;
  fragment.next_header = p[0];
  fragment.data = at_header.after(kFragmentHeaderSize);
  fragment.offset = load_be16(p + 2) & 0xfff8U;
  fragment.last = (p[3] & 1) == 0;
  fragment.is_v6 = true;
  const std::span<uint8_t> whole = fragments_.add(fragment, out_.ts);
  if (whole.empty()) return Outcome::held;
  const size_t payload_size = whole.size() - 40;
  whole[4] = static_cast<uint8_t>(payload_size >> 8);
  whole[5] = static_cast<uint8_t>(payload_size);
  return ipv6({Bytes{whole}, whole.size()}, true);
}

// Nobody sends these in earnest, and each level could nest one more.
Outcome Walk::ipv6_nested_fragment() {
  weird_.count(Weird::ipv6_fragment_in_fragment);
  return Outcome::held;
}

}  // namespace telltale
