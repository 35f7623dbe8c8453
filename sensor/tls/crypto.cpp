#include "sensor/tls/crypto.h"

#include <array>
#include <memory>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace telltale {
namespace {

struct MdFree {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
using Md = std::unique_ptr<EVP_MD, MdFree>;

// Looked up once: OpenSSL 3 would do it again for every EVP_sha256() that is used.
const EVP_MD* md_of(Digest digest) {
  static const std::array<Md, 5> all = {Md(EVP_MD_fetch(nullptr, "MD5", nullptr)),
                                        Md(EVP_MD_fetch(nullptr, "SHA1", nullptr)),
                                        Md(EVP_MD_fetch(nullptr, "SHA2-256", nullptr)),
                                        Md(EVP_MD_fetch(nullptr, "SHA2-384", nullptr)),
                                        Md(EVP_MD_fetch(nullptr, "MD5-SHA1", nullptr))};
  return all[static_cast<size_t>(digest)].get();
}

struct KdfFree {
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

}  // namespace

size_t size_of(Digest digest) { return static_cast<size_t>(EVP_MD_get_size(md_of(digest))); }

std::vector<uint8_t> hash_of(Digest digest, Bytes data) {
  std::vector<uint8_t> out(size_of(digest));
  EVP_Digest(data.data(), data.size(), out.data(), nullptr, md_of(digest), nullptr);
  return out;
}

std::vector<uint8_t> tls12_prf(Digest digest, Bytes secret, std::string_view label, Bytes seed,
                               size_t size) {
  std::vector<uint8_t> out(size);
  const std::unique_ptr<EVP_KDF, KdfFree> kdf(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr));
  const std::unique_ptr<EVP_KDF_CTX, KdfFree> context(EVP_KDF_CTX_new(kdf.get()));
  std::string name = EVP_MD_get0_name(md_of(digest));
  std::string labelled(label);
  labelled.append(as_text(seed));
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), name.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, const_cast<uint8_t*>(secret.data()),
                                        secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, labelled.data(), labelled.size()),
      OSSL_PARAM_construct_end()};
  EVP_KDF_derive(context.get(), out.data(), out.size(), params);
  return out;
}

std::vector<uint8_t> hkdf_expand_label(Digest digest, Bytes secret, std::string_view label,
                                       size_t size) {
  std::vector<uint8_t> info = {static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size),
                               static_cast<uint8_t>(6 + label.size())};
  for (const std::string_view part : {std::string_view("tls13 "), label}) {
    info.insert(info.end(), part.begin(), part.end());
  }
  info.push_back(0);  // no context
  info.push_back(1);  // the first and only block of HKDF-Expand (RFC 5869 section 2.3)
  std::vector<uint8_t> out(EVP_MAX_MD_SIZE);
  unsigned written = 0;
  HMAC(md_of(digest), secret.data(), static_cast<int>(secret.size()), info.data(), info.size(),
       out.data(), &written);
  out.resize(size);
  return out;
}

}  // namespace telltale
