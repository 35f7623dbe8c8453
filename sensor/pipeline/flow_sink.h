// The ends of reassembly, TLS and parsers, bound to the session they work for: whatever a stage tells
// comes back into the shard through here.
#pragma once

#include "sensor/pipeline/shard.h"

namespace telltale {

class Shard::FlowSink final : public ChunkSink, public InspectionSink {
 public:
  FlowSink(Shard& shard, Session& session) : shard_(shard), session_(session) {}

  void on_chunk(const Chunk& chunk) override { shard_.on_chunk(session_, chunk); }
  void on_message(Message&& message) override { shard_.on_message(session_, std::move(message)); }
  void on_name(const NameRecord& record) override { shard_.on_name(session_, record); }
  void on_expectation(const Expectation& expected) override {
    shard_.on_expectation(session_, expected);
  }
  void on_weird(Weird weird) override { shard_.weird_.count(weird); }
  void on_decrypted(uint64_t bytes) override { session_.ledger.decrypted += bytes; }
  void on_not_read(uint64_t bytes, NotInspected why) override {
    if (session_.inspected()) session_.ledger.take_not_read(bytes, why);
  }

 private:
  Shard& shard_;
  Session& session_;
};

}  // namespace telltale
