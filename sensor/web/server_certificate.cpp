#include "sensor/web/server_certificate.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "sensor/base/ip_address.h"
#include "sensor/base/replace_file.h"
#include "sensor/web/http_server.h"

namespace telltale {
namespace {

constexpr long kDay = 24 * 60 * 60;
constexpr long kValid = 825 * kDay;  // the longest that some clients take
constexpr int kRenewBefore = 30;     // days

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>>;

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "OpenSSL gives no reason" : reason;
}

// Null where there is none that can be read.
Certificate read_certificate(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"));
  Certificate read(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  return read;
}

bool lasts(const X509& certificate) {
  int days = 0;
  int seconds = 0;
  return ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(&certificate)) == 1 &&
         days >= kRenewBefore;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    const char* kind = IpAddress::parse(name) ? "IP" : "DNS";
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", kind, name);
  }
  return list;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    throw WebError("web.tls: a certificate could not be made: " + openssl_reason());
  }
}

Certificate self_signed(EVP_PKEY* key, const std::vector<std::string>& names) {
  Certificate certificate(X509_new());
  X509* x509 = certificate.get();
  std::array<unsigned char, 16> serial{};
  RAND_bytes(serial.data(), static_cast<int>(serial.size()));
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509));
  X509_set_version(x509, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(x509), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(x509), kValid - kDay);
  X509_set_pubkey(x509, key);
  X509_NAME* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>("telltale"), -1, -1, 0);
  X509_set_issuer_name(x509, name);
  add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x509, NID_key_usage, "critical,digitalSignature");
  add_extension(x509, NID_ext_key_usage, "serverAuth");
  add_extension(x509, NID_subject_alt_name, alternative_names(names));
  if (X509_sign(x509, key, EVP_sha256()) == 0) {
    throw WebError("web.tls: a certificate could not be signed: " + openssl_reason());
  }
  return certificate;
}

// What `write` puts into memory, as a file of that mode.
template <typename Write>
void write_pem(const std::string& path, mode_t mode, Write write) {
  const std::unique_ptr<BIO, FreeBy<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!memory || write(memory.get()) != 1) {
    throw WebError("web.tls: a certificate could not be made: " + openssl_reason());
  }
  const long size = BIO_get_mem_data(memory.get(), &text);
  const std::string reason = replace_file(path, {text, static_cast<size_t>(size)}, mode);
  if (!reason.empty()) {
    throw WebError(fmt::format("web.tls: {} cannot be written: {}", path, reason));
  }
}

}  // namespace

TlsContext server_context(const std::string& certificate, const std::string& key) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    throw WebError(
        fmt::format("web.certificate: {}: {}; a PEM file with the certificate first is "
                    "wanted",
                    certificate, openssl_reason()));
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw WebError(
        fmt::format("web.key: {}: {}; the PEM file of that certificate's key, without a "
                    "password, is wanted",
                    key, openssl_reason()));
  }
  return context;
}

void ensure_certificate(const std::string& certificate, const std::string& key,
                        const std::vector<std::string>& names) {
  const Certificate old = read_certificate(certificate);
  if (old && lasts(*old) && access(key.c_str(), R_OK) == 0) return;
  const PrivateKey made(EVP_EC_gen("P-256"));
  if (!made) throw WebError("web.tls: a key could not be made: " + openssl_reason());
  const Certificate signed_by_itself = self_signed(made.get(), names);
  write_pem(key, 0600, [&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, made.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  write_pem(certificate, 0644,
            [&](BIO* out) { return PEM_write_bio_X509(out, signed_by_itself.get()); });
}

std::string certificate_fingerprint(const std::string& certificate) {
  const Certificate read = read_certificate(certificate);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!read || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1) {
    throw WebError(fmt::format("web.certificate: {} is no certificate in PEM form", certificate));
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return text;
}

}  // namespace telltale
