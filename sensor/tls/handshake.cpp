#include "sensor/tls/handshake.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kHeader = 4;

// RFC 8446 section 4.1.3: the "random" of a HelloRetryRequest, SHA-256 of "HelloRetryRequest".
constexpr TlsRandom kRetryRandom = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

bool is_read(uint8_t type) {
  return type == kClientHello || type == kServerHello || type == kNewSessionTicket ||
         type == kEncryptedExtensions || type == kCertificate || type == kClientKeyExchange || type == kFinished ||
         type == kKeyUpdate;
}

size_t length_of(Bytes header) {
  return size_t{header[1]} << 16 | size_t{header[2]} << 8 | header[3];
}

// Could a message begin here? Types of IANA's TLS HandshakeType registry.
bool is_plausible(Bytes bytes) {
  if (bytes.size() < kHeader) return false;
  const uint8_t type = bytes[0];
  const bool known = type <= 2 || type == 4 || type == 8 || (type >= 11 && type <= 16) ||
                     (type >= 20 && type <= 25);
  return known && length_of(bytes) < 65'536;
}

template <typename Visit>
void each_extension(Bytes block, Visit visit) {
  ByteReader outer(block);
  ByteReader list(outer.take(outer.be16()));
  while (list.remaining() >= 4) {
    const uint16_t type = list.be16();
    const Bytes data = list.take(list.be16());
    if (!list.ok()) return;
    visit(type, data);
  }
}

std::string only_protocol(Bytes data) {
  ByteReader reader(data);
  reader.skip(2);
  const Bytes name = reader.take(reader.u8());
  return reader.ok() ? to_valid_utf8(as_text(name)) : std::string();
}

}  // namespace

std::string chosen_alpn(Bytes extensions_block) {
  std::string alpn;
  each_extension(extensions_block, [&](uint16_t type, Bytes data) {
    if (type == kExtAlpn) alpn = only_protocol(data);
  });
  return alpn;
}

std::optional<ServerHello> parse_server_hello(Bytes body) {
  ServerHello hello;
  ByteReader reader(body);
  hello.version = reader.be16();
  const Bytes random = reader.take(hello.random.size());
  const Bytes session_id = reader.take(reader.u8());
  hello.cipher_suite = reader.be16();
  hello.compression = reader.u8();
  if (!reader.ok() || session_id.size() > 32) return std::nullopt;
  std::copy(random.begin(), random.end(), hello.random.begin());
  hello.session_id = as_text(session_id);
  hello.is_retry_request = hello.random == kRetryRandom;
  const Bytes extensions = reader.rest();
  each_extension(extensions, [&](uint16_t type, Bytes data) {
    if (type == kExtEncryptThenMac) hello.encrypt_then_mac = true;
    if (type == kExtExtendedMasterSecret) hello.extended_master_secret = true;
    if (type == kExtSupportedVersions && data.size() == 2) hello.version = load_be16(data.data());
  });
  hello.alpn = chosen_alpn(extensions);
  return hello;
}

void HandshakeReader::lose() {
  partial_.clear();
  skip_ = 0;
  lost_ = true;
}

std::optional<HandshakeMessage> HandshakeReader::next(Bytes& bytes, bool want_all) {
  if (lost_ && !is_plausible(bytes)) {
    bytes = {};
    return std::nullopt;
  }
  lost_ = false;
  if (skip_ > 0) {
    const size_t passed = std::min(skip_, bytes.size());
    skip_ -= passed;
    bytes = bytes.subspan(passed);
    return std::nullopt;
  }
  if (partial_.empty() && bytes.size() >= kHeader && bytes.size() - kHeader >= length_of(bytes)) {
    const Bytes whole = bytes.first(kHeader + length_of(bytes));
    bytes = bytes.subspan(whole.size());
    return message_of(whole);
  }
  const size_t wanted = partial_.size() < kHeader ? kHeader : kHeader + length_of(partial_);
  const size_t taken = std::min(wanted - partial_.size(), bytes.size());
  partial_.insert(partial_.end(), bytes.begin(), bytes.begin() + static_cast<long>(taken));
  bytes = bytes.subspan(taken);
  if (partial_.size() < kHeader) return std::nullopt;
  const size_t size = length_of(partial_);
  if (partial_.size() == kHeader && size > 0) {
    const bool too_long = size > limits_.max_tls_handshake;
    if (too_long) weird_.count(Weird::tls_handshake_too_long);
    if (too_long || (!want_all && !is_read(partial_[0]))) {
      skip_ = size;
      partial_.clear();
    }
    return std::nullopt;
  }
  if (partial_.size() < kHeader + size) return std::nullopt;
  complete_.swap(partial_);
  partial_.clear();
  return message_of(complete_);
}

std::optional<HandshakeMessage> HandshakeReader::message_of(Bytes whole) {
  return HandshakeMessage{whole[0], whole.subspan(kHeader), whole};
}

}  // namespace telltale
