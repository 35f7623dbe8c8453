// DHCPv4 requests (RFC 2131, options RFC 2132): what a device says of itself when it joins the
// network. No content leaves with it, so its flows make no Message.
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/proto/announcement.h"
#include "sensor/proto/parser.h"

namespace telltale {
namespace {

constexpr size_t kCookieAt = 236;
constexpr uint32_t kCookie = 0x63825363;
constexpr uint16_t kServerPort = 67;
enum Option : uint8_t {
  kPad = 0,
  kHostName = 12,
  kRequestedAddress = 50,
  kParameters = 55,
  kVendorClass = 60,
  kFqdn = 81,
  kEnd = 255
};

bool is_request(Bytes datagram) {
  return datagram.size() > kCookieAt + 4 && datagram[0] == 1 && datagram[1] == 1 &&
         datagram[2] == 6 && load_be32(&datagram[kCookieAt]) == kCookie;
}

// Names come with a final NUL, or as a fully qualified domain name of which the first label is the
// device's.
std::string_view host_label(std::string_view name) {
  name = name.substr(0, name.find('\0'));
  return trim(name.substr(0, name.find('.')));
}

// The first label of an encoded domain name (RFC 4702 section 2.3.1), or of a plain one.
std::string_view fqdn_label(Bytes option) {
  if (option.size() < 4) return {};
  const bool encoded = (option[0] & 4) != 0;
  const Bytes name = option.subspan(3);
  if (!encoded) return host_label(as_text(name));
  return name[0] < name.size() ? as_text(name.subspan(1, name[0])) : std::string_view();
}

void read(const Segment& segment, NoteSink& sink) {
  const Bytes datagram = segment.payload;
  if (!is_request(datagram)) return;
  DeviceNote note;
  note.source = "dhcp";
  note.mac = MacAddress::from(&datagram[28]);
  const IpAddress own = IpAddress::v4(&datagram[12]);
  if (own.v4_host_order() != 0) note.address = own;
  ByteReader reader(datagram.subspan(kCookieAt + 4));
  std::string_view fqdn;
  while (!reader.done()) {
    const uint8_t option = reader.u8();
    if (option == kPad) continue;
    if (option == kEnd) break;
    const Bytes value = reader.take(reader.u8());
    if (!reader.ok()) break;
    if (option == kHostName) note.name = host_label(as_text(value));
    if (option == kFqdn) fqdn = fqdn_label(value);
    if (option == kVendorClass) note.vendor_class = as_text(value);
    if (option == kParameters) note.parameters = value;
    if (option == kRequestedAddress && value.size() == 4 && own.v4_host_order() == 0) {
      note.address = IpAddress::v4(value.data());
    }
  }
  if (note.name.empty()) note.name = fqdn;
  sink.on_note(note);
}

class DhcpParser final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server || chunk.bytes.empty()) return std::nullopt;
    if (is_request(chunk.bytes)) return std::nullopt;
    sink.on_weird(Weird::dhcp_message_malformed);
    sink.on_not_read(chunk.bytes.size(), NotInspected::not_content);
    return std::nullopt;
  }
  void finish(ParserSink&) override {}
};

Probe probe(const ProbeInput& input) {
  const bool fits =
      input.ip_proto == kUdp && input.server_port == kServerPort && is_request(input.head);
  return fits ? Probe::yes : Probe::no;
}

std::unique_ptr<Parser> create(const Limits&, const ProbeInput&) {
  return std::make_unique<DhcpParser>();
}

}  // namespace

extern const ParserInfo dhcp_info{"dhcp", false, probe, create};
extern const Announcement dhcp_announcement{read};

}  // namespace telltale
