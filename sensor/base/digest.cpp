#include "sensor/base/digest.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace telltale {
namespace {

constexpr std::string_view kNames[] = {"md5", "sha1", "sha256"};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetching an algorithm costs more than a short text's digest, so each is fetched once.
const EVP_MD* algorithm(DigestKind kind) {
  static const EVP_MD* const kFetched[] = {EVP_MD_fetch(nullptr, "MD5", nullptr),
                                           EVP_MD_fetch(nullptr, "SHA1", nullptr),
                                           EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  const EVP_MD* fetched = kFetched[static_cast<size_t>(kind)];
  if (fetched == nullptr) {
    throw std::runtime_error("OpenSSL does not offer " + std::string(name_of(kind)));
  }
  return fetched;
}

}  // namespace

std::string_view name_of(DigestKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::string digest(DigestKind kind, std::string_view text) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (context == nullptr || EVP_DigestInit_ex2(context.get(), algorithm(kind), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), out, &size) != 1) {
    throw std::runtime_error("OpenSSL could not compute " + std::string(name_of(kind)));
  }
  return {reinterpret_cast<const char*>(out), size};
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 out{};
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  if (HMAC(algorithm(DigestKind::sha256), key.data(), static_cast<int>(key.size()), bytes,
           text.size(), out.data(), &size) == nullptr) {
    throw std::runtime_error("OpenSSL could not compute HMAC-SHA-256");
  }
  return out;
}

std::string random_bytes(size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<uint8_t*>(bytes.data()), static_cast<int>(size)) != 1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
  return bytes;
}

}  // namespace telltale
