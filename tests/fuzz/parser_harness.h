// The one harness of all protocol parsers. The first three bytes of an input choose transport,
// ports and how the rest is cut, where gaps are and which side speaks; the rest is the stream.
// Every piece lies in a heap block of its own, so that reading past it is seen.
#pragma once

#include <cstdlib>
#include <vector>

#include "sensor/proto/parser.h"

namespace telltale::fuzz {

// Touches everything a message holds and checks what must hold for any input.
class CheckingSink final : public ParserSink {
 public:
  void on_message(Message&& message) override {
    uint64_t sum = 0;
    for (FieldId id = 0; id < message.fields.size(); ++id) {
      const Field& field = message.fields[id];
      for (const char c : field.value) sum += static_cast<uint8_t>(c);
      for (const char c : field.key) sum += static_cast<uint8_t>(c);
      if (field.wire_end < field.wire_begin) std::abort();
      sum += message.frame_of(id).number;
    }
    sum_ += sum;
  }
  void on_not_read(uint64_t bytes, NotInspected) override { not_read_ += bytes; }
  void on_weird(Weird) override {}
  void on_name(const NameRecord& record) override { sum_ += record.name.size(); }
  void on_expectation(const Expectation& expectation) override { sum_ += expectation.port; }
  uint64_t not_read() const { return not_read_; }
  uint64_t sum() const { return sum_; }

 private:
  uint64_t sum_ = 0;
  uint64_t not_read_ = 0;
};

inline int run_parser(const ParserInfo& info, const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  static constexpr uint16_t kPorts[] = {80, 53, 5353, 21, 25, 1883, 5683, 69};
  const ProbeInput flow{{}, (data[0] & 1) != 0 ? kUdp : kTcp, 40000, kPorts[data[0] >> 1 & 7]};
  const uint8_t flips = data[1];
  uint32_t random = data[2];
  Bytes rest{data + 3, size - 3};
  Limits limits;
  limits.max_body = 1 << 16;
  limits.max_head = 4096;
  limits.max_raw_window = 4096;
  if (info.probe != nullptr) {
    ProbeInput probe = flow;
    probe.head = rest;
    info.probe(probe);
  }
  const ParserInfo* current = &info;
  std::unique_ptr<Parser> parser = info.create(limits, flow);
  CheckingSink sink;
  uint64_t offset = 0;
  uint32_t frame = 0;
  while (!rest.empty()) {
    random = random * 1664525 + 1013904223;
    const size_t wanted = (flips & 0x80) != 0 ? 1 + (random >> 24) : rest.size();
    const Bytes part = rest.first(std::min(rest.size(), wanted));
    const std::vector<uint8_t> own(part.begin(), part.end());
    Chunk chunk;
    chunk.direction =
        (flips & 1) != 0 && (random & 0x10000) != 0 ? Direction::to_client : Direction::to_server;
    chunk.gap = (flips & 2) != 0 && (random & 0x60000) == 0 ? random >> 20 & 0xff : 0;
    chunk.ts = Timestamp(std::chrono::milliseconds(frame * 300));
    chunk.frame = {0, ++frame};
    chunk.offset = offset += chunk.gap;
    chunk.bytes = own;
    offset += own.size();
    rest = rest.subspan(part.size());
    const auto handover = parser->feed(chunk, sink);
    if (!handover) continue;
    if (handover->consumed > own.size()) std::abort();
    current = handover->next != nullptr ? handover->next : &raw_parser();
    parser = current->create(limits, flow);
  }
  parser->finish(sink);
  if (sink.not_read() > size || sink.sum() == UINT64_MAX) std::abort();
  return 0;
}

}  // namespace telltale::fuzz
