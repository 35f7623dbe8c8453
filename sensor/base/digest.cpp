#include "sensor/base/digest.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kNames[] = {"md5", "sha1", "sha256"};

constexpr size_t kPiece = 1U << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
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

std::optional<FileDigest> file_digest(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!file || !context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  FileDigest digest;
  std::vector<uint8_t> piece(kPiece);
  while (const size_t got = std::fread(piece.data(), 1, piece.size(), file.get())) {
    digest.bytes += got;
    EVP_DigestUpdate(context.get(), piece.data(), got);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  std::vector<uint8_t> hash(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), hash.data(), &size);
  digest.sha256 = to_hex({hash.data(), size});
  return digest;
}

}  // namespace telltale
