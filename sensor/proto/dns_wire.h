// The wire format of DNS messages (RFC 1035 section 4), which multicast DNS (RFC 6762) and LLMNR
// (RFC 4795) share.
//
// Names may be compressed: a pointer must point backwards, so that no loop can exist.
#pragma once

#include <optional>
#include <string>

#include "sensor/base/bytes.h"
#include "sensor/base/ip_address.h"

namespace telltale {

struct DnsHeader {
  static constexpr size_t kSize = 12;

  uint16_t flags = 0;
  uint16_t questions = 0;
  uint16_t answers = 0;
  uint16_t authorities = 0;
  uint16_t additionals = 0;

  bool is_response() const { return (flags & 0x8000) != 0; }
  unsigned opcode() const { return flags >> 11 & 15; }
  unsigned rcode() const { return flags & 15; }
};

// Types of records that are read (IANA "Resource Record (RR) TYPEs").
enum DnsType : uint16_t {
  kDnsA = 1,
  kDnsCname = 5,
  kDnsTxt = 16,
  kDnsAaaa = 28,
  kDnsSrv = 33,
  kDnsSvcb = 64,
  kDnsHttps = 65
};

struct DnsRecord {
  std::string owner;  // lower case, without the final dot
  size_t owner_at = 0;
  uint16_t type = 0;
  uint32_t ttl = 0;  // seconds
  size_t data_at = 0;
  Bytes data;

  // Of an A or AAAA record.
  std::optional<IpAddress> address() const;
};

// `reader` is at the start of a message and stands behind its header afterwards.
DnsHeader read_dns_header(ByteReader& reader);

// Reads the name at the reader, in lower case, and moves past it. A dot inside a label is escaped
// (RFC 1035 section 5.1). False when it is malformed.
bool read_dns_name(Bytes message, ByteReader& reader, std::string& name);

// False when it is malformed.
bool read_dns_record(Bytes message, ByteReader& reader, DnsRecord& record);

// The first label of the name at `at`, as it was sent; empty where there is none.
std::string_view first_dns_label(Bytes message, size_t at);

}  // namespace telltale
