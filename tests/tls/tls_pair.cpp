#include "tests/tls/tls_pair.h"

#include <openssl/dh.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace telltale::test {
namespace {

constexpr unsigned char kPsk[] = "0123456789abcdef";

struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::unique_ptr<X509, decltype(&X509_free)> certificate;
};

Identity make_identity(EVP_PKEY* key) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  return {{key, EVP_PKEY_free}, {certificate, X509_free}};
}

EVP_PKEY* make_dsa() {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr);
  EVP_PKEY* params = nullptr;
  EVP_PKEY_paramgen_init(context);
  EVP_PKEY_CTX_set_dsa_paramgen_bits(context, 1024);
  EVP_PKEY_paramgen(context, &params);
  EVP_PKEY_CTX* generate = EVP_PKEY_CTX_new(params, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(generate);
  EVP_PKEY_keygen(generate, &key);
  EVP_PKEY_CTX_free(generate);
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(params);
  return key;
}

// Made once: key generation is what takes the time.
const std::vector<Identity>& identities() {
  static const std::vector<Identity> all = [] {
    std::vector<Identity> made;
    made.push_back(make_identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048})));
    made.push_back(make_identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
    made.push_back(make_identity(make_dsa()));
    return made;
  }();
  return all;
}

void log_key(const SSL* ssl, const char* line) {
  auto* log = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  log->append(line).append("\n");
}

unsigned client_psk(SSL*, const char*, char* identity, unsigned, unsigned char* psk, unsigned) {
  strcpy(identity, "me");
  std::copy(std::begin(kPsk), std::end(kPsk), psk);
  return sizeof(kPsk);
}
unsigned server_psk(SSL*, const char*, unsigned char* psk, unsigned) {
  std::copy(std::begin(kPsk), std::end(kPsk), psk);
  return sizeof(kPsk);
}

}  // namespace

TlsPair::TlsPair(const PairOptions& options) : options_(options) { make_contexts(); }

TlsPair::~TlsPair() {
  SSL_SESSION_free(session_);
  SSL_free(client_);
  SSL_free(server_);
  SSL_CTX_free(client_context_);
  SSL_CTX_free(server_context_);
}

void TlsPair::make_contexts() {
  client_context_ = SSL_CTX_new(TLS_client_method());
  server_context_ = SSL_CTX_new(TLS_server_method());
  for (SSL_CTX* context : {client_context_, server_context_}) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, options_.min_version);
    SSL_CTX_set_max_proto_version(context, options_.max_version);
    SSL_CTX_set_cipher_list(context, options_.ciphers.c_str());
    if (!options_.suites.empty()) SSL_CTX_set_ciphersuites(context, options_.suites.c_str());
    SSL_CTX_set_options(context, options_.options);
    SSL_CTX_clear_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_block_padding(context, options_.padding);
  }
  SSL_CTX_set_app_data(client_context_, &key_log_);
  SSL_CTX_set_keylog_callback(client_context_, log_key);
  SSL_CTX_set_verify(client_context_, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_options(server_context_, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  SSL_CTX_set_dh_auto(server_context_, 1);
  for (const Identity& identity : identities()) {
    SSL_CTX_use_certificate(server_context_, identity.certificate.get());
    SSL_CTX_use_PrivateKey(server_context_, identity.key.get());
  }
  SSL_CTX_set_session_id_context(server_context_, reinterpret_cast<const unsigned char*>("t"), 1);
  SSL_CTX_set_max_early_data(server_context_, options_.max_early_data);
  SSL_CTX_set_recv_max_early_data(server_context_, options_.max_early_data);
  if (options_.ciphers.find("PSK") != std::string::npos) {
    SSL_CTX_set_psk_client_callback(client_context_, client_psk);
    SSL_CTX_set_psk_server_callback(server_context_, server_psk);
  }
  if (!options_.client_groups.empty()) {
    SSL_CTX_set1_groups_list(client_context_, options_.client_groups.c_str());
  }
  if (!options_.server_groups.empty()) {
    SSL_CTX_set1_groups_list(server_context_, options_.server_groups.c_str());
  }
}

void TlsPair::connect(bool resume) {
  if (resume && client_ != nullptr) {
    SSL_SESSION_free(session_);
    session_ = SSL_get1_session(client_);
    SSL_shutdown(client_);  // without it OpenSSL forgets the session
    SSL_shutdown(server_);
  }
  SSL_free(client_);
  SSL_free(server_);
  client_ = SSL_new(client_context_);
  server_ = SSL_new(server_context_);
  SSL_set_connect_state(client_);
  SSL_set_accept_state(server_);
  for (SSL* ssl : {client_, server_}) SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_tlsext_host_name(client_, options_.host.c_str());
  if (resume) SSL_set_session(client_, session_);
  wire_.clear();
  for (int i = 0; i < 2; ++i) sent_[i] = received_[i] = "";
}

void TlsPair::pump() {
  for (const Direction direction : {Direction::to_server, Direction::to_client}) {
    SSL* from = direction == Direction::to_server ? client_ : server_;
    SSL* to = direction == Direction::to_server ? server_ : client_;
    char buffer[65536];
    int size = 0;
    while ((size = BIO_read(SSL_get_wbio(from), buffer, sizeof buffer)) > 0) {
      wire_.push_back({direction, std::string(buffer, static_cast<size_t>(size))});
      BIO_write(SSL_get_rbio(to), buffer, size);
    }
  }
}

bool TlsPair::early(const std::string& data) {
  size_t written = 0;
  if (SSL_write_early_data(client_, data.data(), data.size(), &written) != 1) return false;
  sent_[0] += data.substr(0, written);
  pump();
  return true;
}

bool TlsPair::handshake() {
  bool server_done = options_.max_early_data == 0;
  for (int round = 0; round < 20; ++round) {
    const int client = SSL_do_handshake(client_);
    pump();
    if (!server_done) {
      char buffer[4096];
      size_t size = 0;
      const int result = SSL_read_early_data(server_, buffer, sizeof buffer, &size);
      if (result == SSL_READ_EARLY_DATA_SUCCESS) received_[0].append(buffer, size);
      server_done = result == SSL_READ_EARLY_DATA_FINISH;
      pump();
      continue;
    }
    const int server = SSL_do_handshake(server_);
    pump();
    if (client == 1 && server == 1) {
      read_all(client_, Direction::to_client);  // takes the tickets of TLS 1.3
      return true;
    }
  }
  ERR_clear_error();
  return false;
}

void TlsPair::read_all(SSL* ssl, Direction from) {
  char buffer[65536];
  int size = 0;
  while ((size = SSL_read(ssl, buffer, sizeof buffer)) > 0) {
    received_[static_cast<size_t>(from)].append(buffer, static_cast<size_t>(size));
  }
  ERR_clear_error();
}

void TlsPair::say(Direction from, const std::string& data) {
  const bool up = from == Direction::to_server;
  ASSERT_EQ(SSL_write(up ? client_ : server_, data.data(), static_cast<int>(data.size())),
            static_cast<int>(data.size()));
  sent_[static_cast<size_t>(from)] += data;
  pump();
  read_all(up ? server_ : client_, from);
  pump();
}

void TlsPair::renegotiate() {
  ASSERT_EQ(SSL_renegotiate(client_), 1);
  for (int i = 0; i < 6; ++i) {
    SSL_do_handshake(client_);
    pump();
    read_all(server_, Direction::to_server);
    pump();
    read_all(client_, Direction::to_client);
    pump();
  }
  ERR_clear_error();
}

void TlsPair::update_keys(Direction from, bool both) {
  SSL* ssl = from == Direction::to_server ? client_ : server_;
  ASSERT_EQ(SSL_key_update(ssl, both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED), 1);
  ASSERT_EQ(SSL_do_handshake(ssl), 1);
  pump();
  read_all(server_, Direction::to_server);
  read_all(client_, Direction::to_client);
  pump();
}

void TlsPair::forget_server_tickets() {
  SSL_CTX_flush_sessions(server_context_, 0);  // all: those of early data are kept by the server
  unsigned char keys[80] = {1};
  SSL_CTX_set_tlsext_ticket_keys(server_context_, keys, sizeof keys);
}

}  // namespace telltale::test
