// NetBIOS over UDP (RFC 1001, RFC 1002): a device registers and refreshes its names at the name
// service, answers for them, and puts one on each datagram it sends.
//
// Only unique names count, and of those the workstation's and the file server's: groups are shared,
// other suffixes name services and users.
#include <optional>
#include <string>

#include "sensor/proto/announcement.h"
#include "sensor/proto/dns_wire.h"

namespace telltale {
namespace {

constexpr size_t kEncoded = 32;  // RFC 1001 section 14.1: two letters for each of 16 bytes
constexpr size_t kNameSize = 15;
constexpr uint8_t kWorkstation = 0x00;
constexpr uint8_t kFileServer = 0x20;
constexpr uint16_t kNb = 0x20;  // RFC 1002 section 4.2.1.1
constexpr uint16_t kNbStat = 0x21;
constexpr uint16_t kGroup = 0x8000;
constexpr unsigned kRegistration = 5;
constexpr unsigned kRefresh = 8;
constexpr unsigned kOtherRefresh = 9;  // which Windows sends

bool names_the_device(uint8_t suffix) { return suffix == kWorkstation || suffix == kFileServer; }

std::string_view without_padding(std::string_view name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == '\0')) name.remove_suffix(1);
  return name;
}

// A name in its first-level encoding; nothing where it is none, or none of the device.
std::optional<std::string> decoded_name(std::string_view encoded) {
  if (encoded.size() != kEncoded) return std::nullopt;
  std::string name;
  for (size_t i = 0; i < kEncoded; i += 2) {
    const int high = encoded[i] - 'A';
    const int low = encoded[i + 1] - 'A';
    if (high < 0 || high > 15 || low < 0 || low > 15) return std::nullopt;
    name += static_cast<char>(high << 4 | low);
  }
  if (!names_the_device(static_cast<uint8_t>(name[kNameSize]))) return std::nullopt;
  return std::string(without_padding(std::string_view(name).substr(0, kNameSize)));
}

void tell(std::string_view name, NoteSink& sink) {
  if (!name.empty() && name != "*") sink.on_note({.source = "netbios", .name = name});
}

// The names table of a node status response (RFC 1002 section 4.2.18).
void read_status(Bytes data, NoteSink& sink) {
  ByteReader reader(data);
  const uint8_t count = reader.u8();
  for (unsigned i = 0; i < count; ++i) {
    const std::string_view name = as_text(reader.take(kNameSize));
    const uint8_t suffix = reader.u8();
    const uint16_t flags = reader.be16();
    if (!reader.ok()) return;
    if ((flags & kGroup) == 0 && names_the_device(suffix)) return tell(without_padding(name), sink);
  }
}

void read_names(const Segment& segment, NoteSink& sink) {
  const Bytes message = segment.payload;
  ByteReader reader(message);
  const DnsHeader header = read_dns_header(reader);
  const unsigned operation = header.opcode();
  const bool registers =
      !header.is_response() &&
      (operation == kRegistration || operation == kRefresh || operation == kOtherRefresh);
  const bool answers = header.is_response() && operation == 0 && header.rcode() == 0;
  if (!reader.ok() || !(registers || answers) || header.questions > 1) return;
  size_t name_at = reader.position();
  if (header.questions == 1) {
    std::string question;
    if (!read_dns_name(message, reader, question)) return;
    reader.skip(4);
  }
  DnsRecord record;
  if (!read_dns_record(message, reader, record)) return;
  if (record.type == kNbStat && answers) return read_status(record.data, sink);
  if (record.type != kNb || record.data.size() < 6) return;
  if ((load_be16(record.data.data()) & kGroup) != 0) return;
  if (header.questions == 0) name_at = record.owner_at;
  if (const auto name = decoded_name(first_dns_label(message, name_at))) tell(*name, sink);
}

// RFC 1002 section 4.4.1: type, flags, id, source address and port, then for all but errors length,
// offset and the source name.
void read_datagrams(const Segment& segment, NoteSink& sink) {
  constexpr uint8_t kDirectUnique = 0x10;
  constexpr uint8_t kBroadcast = 0x12;
  constexpr size_t kSourceNameAt = 14;
  const Bytes datagram = segment.payload;
  if (datagram.size() <= kSourceNameAt || datagram[0] < kDirectUnique || datagram[0] > kBroadcast)
    return;
  // Somebody may pass on what others sent; the header says whose it is.
  if (!segment.src.address.is_v4() || segment.src.address != IpAddress::v4(&datagram[4])) return;
  if (const auto name = decoded_name(first_dns_label(datagram, kSourceNameAt))) tell(*name, sink);
}

}  // namespace

extern const Announcement netbios_names_announcement{read_names};
extern const Announcement netbios_datagrams_announcement{read_datagrams};

}  // namespace telltale
