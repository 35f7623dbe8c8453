// Digests and key derivation of TLS, on OpenSSL. Inputs are sizes we chose; the functions do not
// fail.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sensor/base/bytes.h"

namespace telltale {

// md5_sha1 is the pair of TLS 1.0 and 1.1 (RFC 4346 section 5).
enum class Digest : uint8_t { md5, sha1, sha256, sha384, md5_sha1 };

size_t size_of(Digest digest);
std::vector<uint8_t> hash_of(Digest digest, Bytes data);

// RFC 5246 section 5; with md5_sha1 RFC 4346 section 5.
std::vector<uint8_t> tls12_prf(Digest digest, Bytes secret, std::string_view label, Bytes seed,
                               size_t size);

// HKDF-Expand-Label with an empty context (RFC 8446 section 7.1). REQUIRES: size <=
// size_of(digest).
std::vector<uint8_t> hkdf_expand_label(Digest digest, Bytes secret, std::string_view label,
                                       size_t size);

}  // namespace telltale
