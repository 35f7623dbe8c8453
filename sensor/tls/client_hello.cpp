#include "sensor/tls/client_hello.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

// A vector of 16-bit numbers that fills `bytes`.
std::vector<uint16_t> numbers(Bytes bytes) {
  std::vector<uint16_t> out;
  out.reserve(bytes.size() / 2);
  ByteReader reader(bytes);
  while (reader.remaining() >= 2) out.push_back(reader.be16());
  return out;
}

// What follows a 16-bit length.
Bytes sized16(Bytes bytes) {
  ByteReader reader(bytes);
  return reader.take(reader.be16());
}

// What follows an 8-bit length.
Bytes sized8(Bytes bytes) {
  ByteReader reader(bytes);
  return reader.take(reader.u8());
}

// RFC 6066 section 3: a list of (type, name); type 0 is a host name.
std::string server_name(Bytes data) {
  ByteReader list(sized16(data));
  while (list.remaining() >= 3) {
    const uint8_t type = list.u8();
    const Bytes name = list.take(list.be16());
    if (type == 0 && list.ok()) return to_valid_utf8(ascii_lower(as_text(name)));
  }
  return {};
}

std::vector<std::string> protocol_names(Bytes data) {
  std::vector<std::string> names;
  ByteReader list(sized16(data));
  while (!list.done()) {
    const Bytes name = list.take(list.u8());
    if (!list.ok()) break;
    if (!name.empty()) names.emplace_back(as_text(name));
  }
  return names;
}

void read_extension(uint16_t type, Bytes data, ClientHello& hello) {
  switch (type) {
    case kExtServerName:
      hello.server_name = server_name(data);
      break;
    case kExtGroups:
      hello.groups = numbers(sized16(data));
      break;
    case kExtPointFormats: {
      const Bytes formats = sized8(data);
      hello.point_formats.assign(formats.begin(), formats.end());
      break;
    }
    case kExtSignatureAlgorithms:
      hello.signature_algorithms = numbers(sized16(data));
      break;
    case kExtAlpn:
      hello.alpn = protocol_names(data);
      break;
    case kExtSessionTicket:
      hello.session_ticket = as_text(data);
      break;
    case kExtEarlyData:
      hello.early_data = true;
      break;
    case kExtSupportedVersions:
      hello.supported_versions = numbers(sized8(data));
      break;
    case kExtEncryptedClientHello:
      hello.encrypted_client_hello = true;
      break;
    default:
      break;
  }
}

}  // namespace

bool is_grease(uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

uint16_t ClientHello::version() const {
  uint16_t highest = 0;
  for (const uint16_t version : supported_versions) {
    if (!is_grease(version)) highest = std::max(highest, version);
  }
  return highest == 0 ? legacy_version : highest;
}

std::optional<ClientHello> parse_client_hello(Bytes body) {
  ClientHello hello;
  ByteReader reader(body);
  hello.legacy_version = reader.be16();
  const Bytes random = reader.take(hello.random.size());
  const Bytes session_id = reader.take(reader.u8());
  const Bytes suites = reader.take(reader.be16());
  reader.skip(reader.u8());  // compression methods
  if (!reader.ok() || session_id.size() > 32) return std::nullopt;
  std::copy(random.begin(), random.end(), hello.random.begin());
  hello.session_id = as_text(session_id);
  hello.cipher_suites = numbers(suites);
  ByteReader extensions(sized16(reader.rest()));
  while (extensions.remaining() >= 4) {
    const uint16_t type = extensions.be16();
    const Bytes data = extensions.take(extensions.be16());
    if (!extensions.ok()) break;
    hello.extensions.push_back(type);
    read_extension(type, data, hello);
  }
  return hello;
}

}  // namespace telltale
