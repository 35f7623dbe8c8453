// A TLS client and server of OpenSSL that talk in memory: what goes over the wire and what is
// logged of the keys becomes the input of TlsStream's tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "sensor/model/chunk.h"

namespace telltale::test {

// Bytes that one side sent in one go.
struct Flight {
  Direction direction;
  std::string bytes;
};

struct PairOptions {
  int min_version = TLS1_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string ciphers = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
  std::string suites;         // of TLS 1.3
  std::string client_groups;  // a server that wants another one asks with a HelloRetryRequest
  std::string server_groups;
  uint64_t options = 0;  // SSL_OP_
  std::string host = "api.example.com";
  uint32_t max_early_data = 0;
  size_t padding = 0;  // records are padded to multiples (TLS 1.3)
};

class TlsPair {
 public:
  explicit TlsPair(const PairOptions& options = {});
  ~TlsPair();
  TlsPair(const TlsPair&) = delete;
  TlsPair& operator=(const TlsPair&) = delete;

  // Begins a connection; with `resume` the session of the last one.
  void connect(bool resume = false);
  bool early(const std::string& data);  // before handshake(); true when the client wrote it
  bool handshake();                     // false when the two cannot agree
  void say(Direction from, const std::string& data);
  void renegotiate();
  void update_keys(Direction from, bool both);
  // Wire bytes since connect(), what the applications got, and the key log since construction.
  const std::vector<Flight>& wire() const { return wire_; }
  const std::string& sent(Direction from) const { return sent_[static_cast<size_t>(from)]; }
  const std::string& key_log() const { return key_log_; }
  std::string cipher() const { return SSL_get_cipher_name(client_); }
  std::string version() const { return SSL_get_version(client_); }
  bool resumed() const { return SSL_session_reused(client_) == 1; }
  bool early_accepted() const {
    return SSL_get_early_data_status(client_) == SSL_EARLY_DATA_ACCEPTED;
  }
  void forget_server_tickets();  // the next early data is rejected

 private:
  void make_contexts();
  void pump();
  void read_all(SSL* ssl, Direction from);

  PairOptions options_;
  SSL_CTX* client_context_ = nullptr;
  SSL_CTX* server_context_ = nullptr;
  SSL* client_ = nullptr;
  SSL* server_ = nullptr;
  SSL_SESSION* session_ = nullptr;
  std::vector<Flight> wire_;
  std::string sent_[2];
  std::string received_[2];
  std::string key_log_;
};

}  // namespace telltale::test
