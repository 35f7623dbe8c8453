// Handshake messages put together from records, and what two hellos agree on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/tls/client_hello.h"
#include "sensor/tls/record.h"

namespace telltale {

enum HandshakeType : uint8_t {
  kHelloRequest = 0,
  kClientHello = 1,
  kServerHello = 2,
  kNewSessionTicket = 4,
  kEncryptedExtensions = 8,
  kCertificate = 11,
  kClientKeyExchange = 16,
  kFinished = 20,
  kKeyUpdate = 24,
};

struct ServerHello {
  uint16_t version = 0;  // chosen, whichever way it was told
  TlsRandom random{};
  std::string session_id;
  uint16_t cipher_suite = 0;
  uint8_t compression = 0;
  std::string alpn;
  bool encrypt_then_mac = false;
  bool extended_master_secret = false;
  bool is_retry_request = false;  // RFC 8446 section 4.1.3
};

std::optional<ServerHello> parse_server_hello(Bytes body);
// The protocol in a ServerHello's or EncryptedExtensions' extensions block; empty where there is
// none.
std::string chosen_alpn(Bytes extensions_block);

// What of a ClientHello is needed to derive keys; every flow keeps it.
struct ClientOffer {
  TlsRandom random{};
  std::string session_id;
  std::string session_ticket;
  bool early_data = false;
};

// What the hellos of one handshake agreed on, as far as it was seen.
struct Negotiation {
  bool client_seen = false;
  bool server_seen = false;
  ClientOffer client;
  ServerHello server;
  const CipherSuite* suite = nullptr;  // null where it is not known or not usable
  std::string new_ticket;              // given to the client in this handshake
  std::vector<uint8_t> encrypted_premaster;
  std::vector<uint8_t> session_hash;  // RFC 7627 section 4, after the ClientKeyExchange

  bool is_tls13() const { return server_seen && server.version == kTls13; }
  bool is_resumption() const {
    return !server.session_id.empty() && server.session_id == client.session_id;
  }
};

// One message: `body` without, `whole` with its header; views that live during the call.
struct HandshakeMessage {
  uint8_t type = 0;
  Bytes body;
  Bytes whole;
};

// Puts messages together from the payloads of handshake records. Messages nobody reads are passed
// over without a copy, unless all are wanted (for the session hash).
class HandshakeReader {
 public:
  HandshakeReader(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}

  // Calls handler(message) for each complete message.
  template <typename Handler>
  void feed(Bytes bytes, bool want_all, Handler handler) {
    while (!bytes.empty()) {
      const auto message = next(bytes, want_all);
      if (message) handler(*message);
    }
  }
  // Records were lost: the next record is a start of a message only if it looks like one.
  void lose();

 private:
  std::optional<HandshakeMessage> next(Bytes& bytes, bool want_all);
  std::optional<HandshakeMessage> message_of(Bytes whole);

  const Limits& limits_;
  WeirdCounts& weird_;
  std::vector<uint8_t> partial_;
  std::vector<uint8_t> complete_;
  size_t skip_ = 0;
  bool lost_ = false;
};

}  // namespace telltale
