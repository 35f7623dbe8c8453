#include <algorithm>
#include <iterator>

#include "sensor/tls/record.h"

namespace telltale {
namespace {

constexpr CipherSuite kSuites[] = {
#define SUITE(id, kind, algorithm, key, mac, hash) \
  {id, CipherKind::kind, algorithm, key, Digest::mac, Digest::hash},
#include "sensor/tls/cipher_suites.inc"
#undef SUITE
};

constexpr bool sorted_by_id() {
  for (size_t i = 1; i < std::size(kSuites); ++i) {
    if (kSuites[i - 1].id >= kSuites[i].id) return false;
  }
  return true;
}
static_assert(sorted_by_id(), "cipher_suites.inc must be sorted: it is searched by halves");

}  // namespace

const CipherSuite* find_cipher_suite(uint16_t id) {
  const auto* found =
      std::lower_bound(std::begin(kSuites), std::end(kSuites), id,
                       [](const CipherSuite& suite, uint16_t wanted) { return suite.id < wanted; });
  return found != std::end(kSuites) && found->id == id ? found : nullptr;
}

KeySizes key_sizes(const CipherSuite& suite, uint16_t version) {
  KeySizes sizes;
  sizes.key = suite.key_size;
  switch (suite.kind) {
    case CipherKind::gcm:
    case CipherKind::ccm:
    case CipherKind::ccm8:
      sizes.iv = version == kTls13 ? 12 : 4;
      break;
    case CipherKind::chacha:
      sizes.iv = 12;
      break;
    case CipherKind::cbc:
      sizes.mac = size_of(suite.mac);
      if (version == kTls10)
        sizes.iv = std::string_view(suite.algorithm) == "DES-EDE3-CBC" ? 8 : 16;
      break;
    case CipherKind::null:
      sizes.mac = size_of(suite.mac);
      break;
  }
  return sizes;
}

}  // namespace telltale
