// DHCPv6 requests (RFC 8415): the name a client gives itself (option 39, RFC 4704).
#include "sensor/proto/announcement.h"
#include "sensor/proto/dns_wire.h"

namespace telltale {
namespace {

enum Message : uint8_t { kSolicit = 1, kRequest = 3, kConfirm, kRenew, kRebind, kInformation = 11 };
constexpr uint16_t kClientFqdn = 39;
constexpr size_t kHeader = 4;

bool is_of_client(uint8_t type) {
  return type == kSolicit || (type >= kRequest && type <= kRebind) || type == kInformation;
}

void read(const Segment& segment, NoteSink& sink) {
  const Bytes datagram = segment.payload;
  if (datagram.size() < kHeader || !is_of_client(datagram[0])) return;
  ByteReader reader(datagram.subspan(kHeader));
  while (reader.ok() && !reader.done()) {
    const uint16_t option = reader.be16();
    const Bytes value = reader.take(reader.be16());
    if (!reader.ok() || option != kClientFqdn || value.size() < 2) continue;
    const std::string_view name = first_dns_label(value, 1);
    if (!name.empty()) sink.on_note({.source = "dhcpv6", .name = name});
    return;
  }
}

}  // namespace

extern const Announcement dhcpv6_announcement{read};

}  // namespace telltale
