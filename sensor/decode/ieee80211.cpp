// Wi-Fi frames (IEEE 802.11-2020 section 9.2, 9.3) and the headers that capture cards put before
// them.
//
// Only data frames that are not encrypted are read on. An aggregate (A-MSDU) gives its first frame,
// and the rest is counted: a packet makes one segment.
#include "sensor/decode/ether_types.h"
#include "sensor/decode/walk.h"

namespace telltale {
namespace {

enum FrameFlag : uint8_t {
  kToDs = 0x01,
  kFromDs = 0x02,
  kMoreFragments = 0x04,
  kProtected = 0x40,
  kOrder = 0x80,
};

enum RadiotapFlag : uint8_t { kFcsAtEnd = 0x10, kHeaderPadded = 0x20, kBadFcs = 0x40 };

// The flags field of a radiotap header (https://www.radiotap.org/fields/Flags), 0 when it has none.
uint8_t radiotap_flags(Bytes header) {
  ByteReader reader(header);
  reader.skip(4);
  const uint32_t present = reader.le32();
  uint32_t more = present;
  while ((more & 0x80000000) != 0 && reader.ok()) more = reader.le32();
  if ((present & 2) == 0) return 0;
  if ((present & 1) != 0) {  // TSFT: 8 bytes, aligned from the start of the header
    reader.skip((8 - reader.position() % 8) % 8);
    reader.skip(8);
  }
  return reader.u8();
}

}  // namespace

Outcome Walk::radiotap(Slice data) {
  if (!data.has(8)) return give_up(Weird::radio_header_bad);
  const size_t size = data.data()[2] | size_t{data.data()[3]} << 8;
  if (data.data()[0] != 0 || size < 8 || !data.has(size)) {
    return give_up(Weird::radio_header_bad);
  }
  const uint8_t flags = radiotap_flags(data.bytes.first(size));
  if ((flags & kBadFcs) != 0) return give_up(Weird::ieee80211_fcs_bad);
  Slice frame = data.after(size);
  if ((flags & kFcsAtEnd) != 0 && frame.wire_size >= 4) frame = frame.trim(frame.wire_size - 4);
  return ieee80211(frame, (flags & kHeaderPadded) != 0);
}

// Prism and AVS headers stand under each other's link types; AVS begins with its magic number.
Outcome Walk::prism(Slice data) {
  if (!data.has(8)) return give_up(Weird::radio_header_bad);
  const uint8_t* p = data.data();
  const bool is_avs = (load_be32(p) & 0xfffff000) == 0x80211000;
  uint32_t size = load_be32(p + 4);
  if (!is_avs && size > 0xffff) size = __builtin_bswap32(size);
  if (size < 8 || !data.has(size)) return give_up(Weird::radio_header_bad);
  return ieee80211(data.after(size), false);
}

Outcome Walk::ieee80211(Slice data, bool header_padded) {
  if (!data.has(2)) return give_up(Weird::ieee80211_header_truncated);
  const uint8_t* p = data.data();
  const bool is_data = (p[0] & 0x0f) == 0x08;  // type 2, version 0
  const bool has_body = (p[0] & 0x40) == 0;
  if (!is_data || !has_body) return Outcome::none;
  const bool has_qos = (p[0] & 0x80) != 0;
  const uint8_t flags = p[1];
  const bool four_addresses = (flags & kToDs) != 0 && (flags & kFromDs) != 0;
  const size_t qos_at = four_addresses ? 30 : 24;
  const bool has_ht_control = has_qos && (flags & kOrder) != 0;
  const size_t size = qos_at + (has_qos ? 2U : 0U) + (has_ht_control ? 4U : 0U);
  if (!data.has(size)) return give_up(Weird::ieee80211_header_truncated);
  if ((flags & kProtected) != 0) return give_up(Weird::ieee80211_protected);
  const bool later_fragment = (p[22] & 0x0f) != 0;
  if (later_fragment || (flags & kMoreFragments) != 0) return give_up(Weird::ieee80211_fragment);
  // Table 9-30: which address is the receiver's and which the sender's.
  out_.dst_mac = MacAddress::from((flags & kToDs) != 0 ? p + 16 : p + 4);
  out_.src_mac = MacAddress::from(four_addresses           ? p + 24
                                  : (flags & kFromDs) != 0 ? p + 16
                                                           : p + 10);
  const bool aggregated = has_qos && (p[qos_at] & 0x80) != 0;
  return ieee80211_payload(data.after(header_padded ? (size + 3) / 4 * 4 : size), aggregated);
}

Outcome Walk::ieee80211_payload(Slice data, bool aggregated) {
  if (!aggregated) return ether_type(kEtherJumboLlc, data);
  if (!data.has(14)) return give_up(Weird::ieee80211_amsdu_malformed);
  const uint8_t* p = data.data();
  const size_t size = load_be16(p + 12);
  out_.dst_mac = MacAddress::from(p);
  out_.src_mac = MacAddress::from(p + 6);
  data = data.after(14);
  if (size > data.wire_size) return give_up(Weird::ieee80211_amsdu_malformed);
  if (data.wire_size >= (size + 3) / 4 * 4 + 14) {
    weird_.count(Weird::ieee80211_amsdu_rest_not_read);
  }
  return ether_type(kEtherJumboLlc, data.trim(size));
}

}  // namespace telltale
