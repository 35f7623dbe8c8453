// From logged secrets to the keys of a direction (RFC 5246 section 6.3, RFC 8446 section 7).
#pragma once

#include "sensor/model/flow.h"
#include "sensor/tls/handshake.h"
#include "sensor/tls/key_store.h"

namespace telltale {

// Every master secret that could be the one of this TLS 1.0 to 1.2 handshake, likeliest first:
// logged for the client random, computed from a logged pre-master secret, known from the session
// that is resumed.
std::vector<TlsSecret> master_candidates(const KeyStore& store, const Negotiation& negotiation);

// REQUIRES: negotiation.suite is not null.
RecordKeys tls12_keys(const Negotiation& negotiation, const TlsSecret& master, Direction direction);
// Null suites are not allowed; `secret` must be as long as the suite's hash.
RecordKeys tls13_keys(const CipherSuite& suite, const TlsSecret& secret);
// The secret after a KeyUpdate (RFC 8446 section 7.2).
TlsSecret next_generation(const CipherSuite& suite, const TlsSecret& secret);

}  // namespace telltale
