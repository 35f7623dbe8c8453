#include "sensor/proto/dns_wire.h"

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kMaxNameSize = 255;  // RFC 1035 section 2.3.4
constexpr uint8_t kPointer = 0xc0;

void append_label(std::string& name, Bytes label) {
  if (!name.empty()) name += '.';
  for (const uint8_t byte : label) {
    const char c = static_cast<char>(byte);
    if (c == '.' || c == '\\') name += '\\';  // RFC 1035 section 5.1: not a separator
    name += ascii_lower(c);
  }
}

}  // namespace

std::optional<IpAddress> DnsRecord::address() const {
  if (type == kDnsA && data.size() == 4) return IpAddress::v4(data.data());
  if (type == kDnsAaaa && data.size() == 16) return IpAddress::v6(data.data());
  return std::nullopt;
}

DnsHeader read_dns_header(ByteReader& reader) {
  DnsHeader header;
  reader.skip(2);
  header.flags = reader.be16();
  header.questions = reader.be16();
  header.answers = reader.be16();
  header.authorities = reader.be16();
  header.additionals = reader.be16();
  return header;
}

bool read_dns_name(Bytes message, ByteReader& reader, std::string& name) {
  name.clear();
  ByteReader labels = reader;
  bool jumped = false;
  size_t wire_size = 0;
  size_t lowest = reader.position();
  for (;;) {
    const uint8_t size = labels.u8();
    if (!labels.ok()) return false;
    if (size == 0) break;
    if ((size & kPointer) == kPointer) {
      const size_t target = (size & 0x3fU) << 8 | labels.u8();
      if (!labels.ok() || target >= lowest) return false;
      if (!jumped) reader = labels;
      jumped = true;
      lowest = target;
      labels = ByteReader(message);
      labels.skip(target);
      continue;
    }
    wire_size += size + 1U;
    const Bytes label = labels.take(size);
    if ((size & kPointer) != 0 || !labels.ok() || wire_size > kMaxNameSize) return false;
    append_label(name, label);
  }
  if (!jumped) reader = labels;
  return true;
}

bool read_dns_record(Bytes message, ByteReader& reader, DnsRecord& record) {
  record.owner_at = reader.position();
  if (!read_dns_name(message, reader, record.owner)) return false;
  record.type = reader.be16();
  reader.skip(2);
  record.ttl = reader.be32();
  const uint16_t size = reader.be16();
  record.data_at = reader.position();
  record.data = reader.take(size);
  return reader.ok();
}

std::string_view first_dns_label(Bytes message, size_t at) {
  while (at + 1 < message.size() && (message[at] & kPointer) == kPointer) {
    const size_t target = (message[at] & 0x3fU) << 8 | message[at + 1];
    if (target >= at) return {};
    at = target;
  }
  if (at >= message.size() || message[at] > 63 || message[at] >= message.size() - at) return {};
  return as_text(message.subspan(at + 1, message[at]));
}

}  // namespace telltale
