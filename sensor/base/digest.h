// Digests of short texts: MD5, SHA-1, SHA-256 and HMAC-SHA-256, by OpenSSL. MD5 and SHA-1 are here
// because trackers hash identifiers with them, not because anything of ours relies on them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sensor/base/bytes.h"

namespace telltale {

enum class DigestKind : uint8_t { md5, sha1, sha256 };
inline constexpr DigestKind kDigestKinds[] = {DigestKind::md5, DigestKind::sha1,
                                              DigestKind::sha256};

std::string_view name_of(DigestKind kind);
// 16, 20 or 32 raw bytes. Throws std::runtime_error where OpenSSL refuses the algorithm (a FIPS
// policy).
std::string digest(DigestKind kind, std::string_view text);

using Sha256 = std::array<uint8_t, 32>;
Sha256 hmac_sha256(std::string_view key, std::string_view text);

// From the system's random source, for keys.
std::string random_bytes(size_t size);

struct FileDigest {
  std::string sha256;  // hex
  uint64_t bytes = 0;
};
// Nothing where `path` is no regular file that can be read.
std::optional<FileDigest> file_digest(const std::string& path);

}  // namespace telltale
