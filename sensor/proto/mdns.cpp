// Multicast DNS (RFC 6762) with service discovery (RFC 6763), and LLMNR (RFC 4795): answers in
// which a device gives its own addresses and services.
//
// Names told: the owner of an address record (host name), and of a service that stands for the
// whole device the instance name people see (RFC 6763 section 4.1.1) or, where instances carry
// numbers, the friendly name beside it. Answers that give addresses but not the sender's come from
// somebody who passes on what others said; they are told with the addresses they name, services are
// not.
#include <algorithm>
#include <array>
#include <vector>

#include "sensor/proto/announcement.h"
#include "sensor/proto/dns_wire.h"

namespace telltale {
namespace {

constexpr size_t kMaxRecords = 64;  // a full announcement has some dozens; every shard hears it
constexpr size_t kMaxQuestions = 16;
constexpr std::string_view kLocal = ".local";

// Services of which a device has one, called by the device's own name (DNS-SD service types as
// registered with IANA, or as their makers document them).
constexpr std::array<std::string_view, 15> kOneADevice = {
    "_airplay._tcp",        "_amzn-wplay._tcp",  "_androidtvremote2._tcp",
    "_companion-link._tcp", "_device-info._tcp", "_ipp._tcp",
    "_ipps._tcp",           "_nvstream._tcp",    "_printer._tcp",
    "_pdl-datastream._tcp", "_rfb._tcp",         "_roku-rcp._tcp",
    "_sftp-ssh._tcp",       "_smb._tcp",         "_ssh._tcp"};
// Its instances are numbers; the name is in the text record (Google Cast).
constexpr std::string_view kCast = "_googlecast._tcp";
constexpr std::string_view kFriendlyName = "fn=";

// "x._ipp._tcp.local" is an instance of "_ipp._tcp".
bool is_instance_of(std::string_view owner, std::string_view service) {
  if (!owner.ends_with(kLocal)) return false;
  owner.remove_suffix(kLocal.size());
  return owner.size() > service.size() + 1 && owner.ends_with(service) &&
         owner[owner.size() - service.size() - 1] == '.';
}

// The value of a key of a text record (RFC 6763 section 6).
std::string_view text_value(Bytes data, std::string_view key) {
  ByteReader reader(data);
  while (reader.ok() && !reader.done()) {
    const std::string_view item = as_text(reader.take(reader.u8()));
    if (reader.ok() && item.starts_with(key)) return item.substr(key.size());
  }
  return {};
}

std::vector<DnsRecord> records_of(Bytes message) {
  std::vector<DnsRecord> records;
  ByteReader reader(message);
  const DnsHeader header = read_dns_header(reader);
  if (!reader.ok() || !header.is_response() || header.rcode() != 0) return records;
  if (header.questions > kMaxQuestions) return records;
  std::string question;
  for (size_t i = 0; i < header.questions; ++i) {
    if (!read_dns_name(message, reader, question)) return records;
    reader.skip(4);
  }
  const size_t count = std::min<size_t>(
      size_t{header.answers} + header.authorities + header.additionals, kMaxRecords);
  for (size_t i = 0; i < count; ++i) {
    DnsRecord record;
    if (!read_dns_record(message, reader, record)) break;
    records.push_back(std::move(record));
  }
  return records;
}

void tell_host(Bytes message, const DnsRecord& record, std::string_view source, NoteSink& sink) {
  const auto address = record.address();
  const std::string_view name = first_dns_label(message, record.owner_at);
  if (address && !name.empty()) {
    sink.on_note({.source = source, .name = name, .address = *address});
  }
}

void tell_service(Bytes message, const DnsRecord& record, NoteSink& sink) {
  std::string_view name;
  if (record.type == kDnsTxt && is_instance_of(record.owner, kCast)) {
    name = text_value(record.data, kFriendlyName);
  } else if (record.type == kDnsTxt || record.type == kDnsSrv) {
    const bool stands_for_device = std::any_of(
        kOneADevice.begin(), kOneADevice.end(),
        [&](std::string_view service) { return is_instance_of(record.owner, service); });
    if (stands_for_device) name = first_dns_label(message, record.owner_at);
  }
  if (!name.empty()) sink.on_note({.source = "mdns", .kind = NameKind::given, .name = name});
}

void read_mdns(const Segment& segment, NoteSink& sink) {
  const std::vector<DnsRecord> records = records_of(segment.payload);
  bool names_sender = false;
  bool names_others = false;
  for (const DnsRecord& record : records) {
    const auto address = record.address();
    if (!address) continue;
    (*address == segment.src.address ? names_sender : names_others) = true;
    tell_host(segment.payload, record, "mdns", sink);
  }
  if (names_others && !names_sender) return;
  for (const DnsRecord& record : records) tell_service(segment.payload, record, sink);
}

void read_llmnr(const Segment& segment, NoteSink& sink) {
  for (const DnsRecord& record : records_of(segment.payload)) {
    tell_host(segment.payload, record, "llmnr", sink);
  }
}

}  // namespace

extern const Announcement mdns_announcement{read_mdns};
extern const Announcement llmnr_announcement{read_llmnr};

}  // namespace telltale
