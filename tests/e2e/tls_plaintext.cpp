// tls_plaintext CAPTURE KEYLOG: what the sensor's TLS stage decrypts of every TCP connection, as
// text, for a comparison with another program's:
//   CLIENT:PORT SERVER:PORT HEX-OF-CLIENT HEX-OF-SERVER      ("-" for nothing)
// Connections stand in the order of their first packets. Secrets inside the capture are used, too.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sensor/base/encoding.h"
#include "sensor/flow/stream_reassembler.h"
#include "sensor/tls/tls_stream.h"
#include "tests/e2e/tls_packets.h"

namespace telltale {
namespace {

class Connection final : public ChunkSink, public PlaintextSink {
 public:
  Connection(const Segment& first, std::shared_ptr<const KeyStore> keys, const Limits& limits,
             WeirdCounts& weird, ReassemblyBudget& budget)
      : client_(first.src),
        server_(first.dst),
        stream_(std::move(keys), limits, weird),
        up_(Direction::to_server, budget),
        down_(Direction::to_client, budget) {}

  void add(const Segment& segment) {
    const bool up = segment.src == client_;
    (up ? up_ : down_).add(segment, *this);
    (up ? down_ : up_).on_ack(segment, *this);
  }
  void finish() {
    up_.finish(*this);
    down_.finish(*this);
    stream_.finish(*this);
    std::cout << text_of(client_) << ' ' << text_of(server_) << ' ' << hex_of(plain_[0]) << ' '
              << hex_of(plain_[1]) << '\n';
  }

  void on_chunk(const Chunk& chunk) override { stream_.feed(chunk, *this); }
  void on_plaintext(const Chunk& plain) override {
    plain_[static_cast<size_t>(plain.direction)] += as_text(plain.bytes);
  }
  void on_opaque(Direction, uint64_t, NotInspected) override {}
  void on_overhead(Direction, uint64_t) override {}

 private:
  static std::string text_of(const Endpoint& end) {
    return end.address.to_string() + ':' + std::to_string(end.port);
  }
  static std::string hex_of(const std::string& bytes) {
    return bytes.empty() ? "-" : to_hex(as_bytes(bytes));
  }

  Endpoint client_;
  Endpoint server_;
  TlsStream stream_;
  StreamReassembler up_;
  StreamReassembler down_;
  std::string plain_[2];
};

int run(const std::string& capture, const std::string& keylog) {
  const Limits limits;
  WeirdCounts weird;
  ReassemblyBudget budget(limits, weird);
  const auto keys = std::make_shared<KeyStore>(limits);
  std::stringstream text;
  text << std::ifstream(keylog).rdbuf();
  keys->load(text.str(), keylog);
  keys->load(test::embedded_key_logs(capture), capture);

  std::map<std::pair<Endpoint, Endpoint>, Connection*> by_ends;
  std::vector<std::unique_ptr<Connection>> connections;
  const bool whole = test::for_each_segment(capture, [&](const Segment& segment) {
    const auto ends = std::minmax(segment.src, segment.dst);
    Connection*& known = by_ends[{ends.first, ends.second}];
    if (known == nullptr) {
      connections.push_back(std::make_unique<Connection>(segment, keys, limits, weird, budget));
      known = connections.back().get();
    }
    known->add(segment);
  });
  for (const auto& connection : connections) connection->finish();
  return whole ? 0 : 1;
}

}  // namespace
}  // namespace telltale

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: tls_plaintext CAPTURE KEYLOG\n", stderr);
    return 2;
  }
  return telltale::run(argv[1], argv[2]);
}
