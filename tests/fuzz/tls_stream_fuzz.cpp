// Feeds TlsStream pieces of both directions with a key store that knows every client random of the
// corpus, so that decryption is reached. Input: pieces of (flags, gap, 16-bit size, bytes); flag 1
// is the direction, 2 a gap, 4 loads the secrets late. Checks that every byte is told exactly once
// and that nothing is held in the end.
#include <cstdlib>
#include <vector>

#include "sensor/tls/tls_stream.h"

namespace {

using namespace telltale;

struct CountingSink final : PlaintextSink {
  void on_plaintext(const Chunk& plain) override {
    told[static_cast<size_t>(plain.direction)] += plain.bytes.size();
  }
  void on_opaque(Direction direction, uint64_t bytes, NotInspected) override {
    told[static_cast<size_t>(direction)] += bytes;
  }
  void on_overhead(Direction direction, uint64_t bytes) override {
    told[static_cast<size_t>(direction)] += bytes;
  }
  uint64_t told[2] = {};
};

// The secrets of the conversations in the corpus, whose client randoms are all 'r' or all 'q'.
constexpr std::string_view kKeys =
    "CLIENT_RANDOM "
    "7272727272727272727272727272727272727272727272727272727272727272 "
    "2e0f5a0f6b64e6e2ac6f5d5e3b7a1c9d2e0f5a0f6b64e6e2ac6f5d5e3b7a1c9d2e0f5a0f6b64e6e2ac6f5d5e3b7a1c"
    "9d\n"
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET "
    "7171717171717171717171717171717171717171717171717171717171717171 "
    "1111111111111111111111111111111111111111111111111111111111111111\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET "
    "7171717171717171717171717171717171717171717171717171717171717171 "
    "2222222222222222222222222222222222222222222222222222222222222222\n"
    "CLIENT_TRAFFIC_SECRET_0 "
    "7171717171717171717171717171717171717171717171717171717171717171 "
    "3333333333333333333333333333333333333333333333333333333333333333\n"
    "CLIENT_EARLY_TRAFFIC_SECRET "
    "7171717171717171717171717171717171717171717171717171717171717171 "
    "4444444444444444444444444444444444444444444444444444444444444444\n"
    "RSA 0102030405060708 "
    "0303000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.max_tls_held = 4096;
  WeirdCounts weird;
  const auto keys = std::make_shared<KeyStore>(limits);
  CountingSink sink;
  uint64_t fed[2] = {};
  ByteReader reader({data, size});
  const bool is_late = (reader.u8() & 1) != 0;
  keys->set_growing(is_late);
  if (!is_late) keys->load(kKeys, "fuzz");
  TlsStream stream(keys, limits, weird);
  while (!reader.done()) {
    const uint8_t flags = reader.u8();
    if ((flags & 4) != 0) keys->load(kKeys, "fuzz");
    Chunk chunk;
    chunk.direction = (flags & 1) != 0 ? Direction::to_client : Direction::to_server;
    if ((flags & 2) != 0) chunk.gap = reader.be16();
    const size_t wanted = reader.be16();
    const Bytes bytes = reader.take(std::min(wanted, reader.remaining()));
    const std::vector<uint8_t> own(bytes.begin(), bytes.end());
    chunk.bytes = own;
    stream.feed(chunk, sink);
    fed[static_cast<size_t>(chunk.direction)] += own.size();
    if (stream.held() > limits.max_tls_held) std::abort();
  }
  stream.finish(sink);
  if (stream.held() != 0 || sink.told[0] != fed[0] || sink.told[1] != fed[1]) std::abort();
  return 0;
}
