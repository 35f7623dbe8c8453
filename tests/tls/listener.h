// Feeds recorded wire bytes to a TlsStream and keeps what it tells.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/tls/tls_stream.h"
#include "tests/tls/tls_pair.h"

namespace telltale::test {

struct Listener final : PlaintextSink {
  struct Side {
    std::string plain;
    uint64_t gaps = 0;  // number of chunks with a gap
    uint64_t gap_bytes = 0;
    uint64_t opaque = 0;
    uint64_t overhead = 0;
    uint64_t next_offset = 0;
    std::map<NotInspected, uint64_t> reasons;
    uint32_t last_frame = 0;
  };

  void on_plaintext(const Chunk& chunk) override {
    Side& side = sides[static_cast<size_t>(chunk.direction)];
    EXPECT_FALSE(chunk.bytes.empty());
    EXPECT_EQ(chunk.offset, side.next_offset + chunk.gap);
    side.next_offset = chunk.offset + chunk.bytes.size();
    side.plain += as_text(chunk.bytes);
    side.gaps += chunk.gap > 0;
    side.gap_bytes += chunk.gap;
    side.last_frame = chunk.frame.number;
  }
  void on_opaque(Direction direction, uint64_t bytes, NotInspected why) override {
    EXPECT_NE(why, NotInspected::none);
    sides[static_cast<size_t>(direction)].opaque += bytes;
    sides[static_cast<size_t>(direction)].reasons[why] += bytes;
  }
  void on_overhead(Direction direction, uint64_t bytes) override {
    sides[static_cast<size_t>(direction)].overhead += bytes;
  }
  const Side& up() const { return sides[0]; }
  const Side& down() const { return sides[1]; }

  Side sides[2];
};

// A TlsStream with its listener; checks that every byte fed is accounted for once.
class Tap {
 public:
  explicit Tap(std::shared_ptr<const KeyStore> keys, const Limits& limits = {})
      : limits_(limits), stream_(std::move(keys), limits_, weird_) {}

  void feed(Direction direction, std::string_view bytes, uint64_t gap = 0) {
    Chunk chunk;
    chunk.direction = direction;
    chunk.frame = {0, ++frame_};
    chunk.gap = gap;
    chunk.offset = offsets_[static_cast<size_t>(direction)] += gap;
    const std::vector<uint8_t> own(bytes.begin(), bytes.end());
    chunk.bytes = own;
    stream_.feed(chunk, listener_);
    offsets_[static_cast<size_t>(direction)] += bytes.size();
    fed_[static_cast<size_t>(direction)] += bytes.size();
  }
  // Flights in pieces of random sizes; `most` bounds a piece.
  void feed(const std::vector<Flight>& wire, size_t most = SIZE_MAX, unsigned seed = 1) {
    std::mt19937 random(seed);
    for (const Flight& flight : wire) {
      std::string_view rest = flight.bytes;
      while (!rest.empty()) {
        const size_t size = most == SIZE_MAX ? rest.size() : 1 + random() % most;
        feed(flight.direction, rest.substr(0, size));
        rest.remove_prefix(std::min(size, rest.size()));
      }
    }
  }
  void retry() { stream_.retry(listener_); }
  const Listener& finish() {
    stream_.finish(listener_);
    EXPECT_EQ(stream_.held(), 0U);
    for (size_t i = 0; i < 2; ++i) {
      const Listener::Side& side = listener_.sides[i];
      EXPECT_EQ(side.plain.size() + side.opaque + side.overhead, fed_[i]) << "direction " << i;
    }
    return listener_;
  }
  TlsStream& stream() { return stream_; }
  const Listener& listener() const { return listener_; }
  const WeirdCounts& weird() const { return weird_; }

 private:
  Limits limits_;
  WeirdCounts weird_;
  TlsStream stream_;
  Listener listener_;
  uint64_t offsets_[2] = {};
  uint64_t fed_[2] = {};
  uint32_t frame_ = 0;
};

inline std::shared_ptr<KeyStore> keys_of(const std::string& log, bool growing = false) {
  auto store = std::make_shared<KeyStore>(Limits{});
  EXPECT_EQ(store->load(log, "test").bad_lines, 0U);
  store->set_growing(growing);
  return store;
}

}  // namespace telltale::test
