// ClientHello, ServerHello and key log lines: no input may be read beyond its end, and a
// fingerprint always has its shape.
#include <cstdlib>
#include <vector>

#include "sensor/tls/handshake.h"
#include "sensor/tls/key_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace telltale;
  const std::vector<uint8_t> own(data, data + size);
  if (const auto hello = parse_client_hello(own)) {
    if (ja4(*hello).size() != 36 || ja3(*hello).size() != 32) std::abort();
  }
  parse_server_hello(own);
  Limits limits;
  limits.max_tls_secrets = 4;
  KeyStore store(limits);
  const KeyLogResult result = store.load(as_text(own), "fuzz");
  if (store.size() > limits.max_tls_secrets || result.problems.size() > result.bad_lines)
    std::abort();
  return 0;
}
