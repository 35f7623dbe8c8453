// The ClientHello (RFC 8446 section 4.1.2; older versions have the same shape) and its
// fingerprints.
//
// GREASE values (RFC 8701) are kept as they came; the fingerprints leave them out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/base/bytes.h"

namespace telltale {

// Extension numbers that are read (IANA, TLS ExtensionType Values).
enum TlsExtension : uint16_t {
  kExtServerName = 0,
  kExtGroups = 10,
  kExtPointFormats = 11,
  kExtSignatureAlgorithms = 13,
  kExtAlpn = 16,
  kExtEncryptThenMac = 22,
  kExtExtendedMasterSecret = 23,
  kExtSessionTicket = 35,
  kExtEarlyData = 42,
  kExtSupportedVersions = 43,
  kExtEncryptedClientHello = 0xfe0d,
};

using TlsRandom = std::array<uint8_t, 32>;

struct ClientHello {
  uint16_t legacy_version = 0;
  TlsRandom random{};
  std::string session_id;  // bytes, at most 32
  std::vector<uint16_t> cipher_suites;
  std::vector<uint16_t> extensions;  // in the order sent
  std::string server_name;           // lower case, as sent otherwise
  std::vector<std::string> alpn;
  std::vector<uint16_t> supported_versions;
  std::vector<uint16_t> groups;
  std::vector<uint8_t> point_formats;
  std::vector<uint16_t> signature_algorithms;
  std::string session_ticket;           // bytes (RFC 5077); empty when none is offered
  bool encrypted_client_hello = false;  // offered; a GREASE one looks the same
  bool early_data = false;

  // The highest version offered, GREASE aside.
  uint16_t version() const;
};

// Parses the body of the handshake message (what follows its type and length). Malformed extensions
// are left out; nothing when the fixed part does not parse.
std::optional<ClientHello> parse_client_hello(Bytes body);

bool is_grease(uint16_t value);  // RFC 8701 section 2

// The text JA3 hashes, and its MD5 in hex (https://github.com/salesforce/ja3).
std::string ja3_text(const ClientHello& hello);
std::string ja3(const ClientHello& hello);
// JA4, "t13d1516h2_8daaf6152771_e5627efa2ab1" (https://github.com/FoxIO-LLC/ja4). `transport` is
// 't' for TCP, 'q' for QUIC, 'd' for DTLS.
std::string ja4(const ClientHello& hello, char transport = 't');

}  // namespace telltale
