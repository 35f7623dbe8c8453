#include "sensor/tls/key_schedule.h"

namespace telltale {
namespace {

Digest prf_digest(const Negotiation& negotiation) {
  return negotiation.server.version == kTls12 && negotiation.suite != nullptr
             ? negotiation.suite->hash
             : Digest::md5_sha1;
}

std::vector<uint8_t> joined(const TlsRandom& a, const TlsRandom& b) {
  std::vector<uint8_t> out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

TlsSecret master_of(const TlsSecret& premaster, const Negotiation& negotiation) {
  const Digest digest = prf_digest(negotiation);
  if (negotiation.server.extended_master_secret) {  // RFC 7627
    return tls12_prf(digest, premaster, "extended master secret", negotiation.session_hash, 48);
  }
  return tls12_prf(digest, premaster, "master secret",
                   joined(negotiation.client.random, negotiation.server.random), 48);
}

}  // namespace

std::vector<TlsSecret> master_candidates(const KeyStore& store, const Negotiation& negotiation) {
  std::vector<TlsSecret> found = store.find(SecretLabel::master, negotiation.client.random);
  for (const TlsSecret& premaster : store.find_premaster(negotiation.encrypted_premaster)) {
    found.push_back(master_of(premaster, negotiation));
  }
  for (const std::string_view id :
       {std::string_view(negotiation.is_resumption() ? negotiation.server.session_id
                                                     : std::string_view()),
        std::string_view(negotiation.client.session_ticket)}) {
    for (TlsSecret& master : store.find_session(as_bytes(id))) found.push_back(std::move(master));
  }
  return found;
}

RecordKeys tls12_keys(const Negotiation& negotiation, const TlsSecret& master,
                      Direction direction) {
  RecordKeys keys;
  keys.suite = negotiation.suite;
  keys.version = negotiation.server.version;
  keys.encrypt_then_mac =
      negotiation.server.encrypt_then_mac && negotiation.suite->kind == CipherKind::cbc;
  const KeySizes sizes = key_sizes(*keys.suite, keys.version);
  const std::vector<uint8_t> block =
      tls12_prf(prf_digest(negotiation), master, "key expansion",
                joined(negotiation.server.random, negotiation.client.random),
                2 * (sizes.mac + sizes.key + sizes.iv));
  const size_t side = direction == Direction::to_server ? 0 : 1;
  const auto part = [&](size_t begin, size_t size) {
    const auto first = block.begin() + static_cast<long>(begin + side * size);
    return std::vector<uint8_t>(first, first + static_cast<long>(size));
  };
  keys.mac_key = part(0, sizes.mac);
  keys.key = part(2 * sizes.mac, sizes.key);
  keys.iv = part(2 * (sizes.mac + sizes.key), sizes.iv);
  return keys;
}

RecordKeys tls13_keys(const CipherSuite& suite, const TlsSecret& secret) {
  RecordKeys keys;
  keys.suite = &suite;
  keys.version = kTls13;
  keys.key = hkdf_expand_label(suite.hash, secret, "key", suite.key_size);
  keys.iv = hkdf_expand_label(suite.hash, secret, "iv", key_sizes(suite, kTls13).iv);
  return keys;
}

TlsSecret next_generation(const CipherSuite& suite, const TlsSecret& secret) {
  return hkdf_expand_label(suite.hash, secret, "traffic upd", size_of(suite.hash));
}

}  // namespace telltale
