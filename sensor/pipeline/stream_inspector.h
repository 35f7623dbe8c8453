// StreamInspector: finds the parser that fits a flow's bytes and keeps it fed.
//
// A flow starts unrecognised: its first client bytes are offered to every parser's probe until one takes
// it, or none can and `raw` does. A parser may hand the rest over (an upgrade, a tunnel, broken framing);
// the rest is then probed again. TLS is a layer, not a parser: what it decrypts is probed and parsed by an
// inspector of its own inside it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sensor/proto/parser.h"
#include "sensor/tls/tls_stream.h"

namespace telltale {

// Bytes that parsers of one shard may be holding (bodies that are not complete yet).
struct HeldBudget {
  size_t limit = 0;
  size_t held = 0;
  size_t peak = 0;
};

// Shared by all inspectors of a shard; outlives them.
struct InspectionContext {
  const Limits& limits;
  WeirdCounts& weird;
  HeldBudget& held;
  std::shared_ptr<const KeyStore> keys;
};

// What an inspector tells beyond what its parsers tell.
class InspectionSink : public ParserSink {
 public:
  // Bytes of the device were decrypted: they are read as plaintext from here on.
  virtual void on_decrypted(uint64_t bytes) = 0;
};

class StreamInspector {
 public:
  StreamInspector(const InspectionContext& context, const ProbeInput& flow, bool encrypted = false);
  ~StreamInspector();
  StreamInspector(StreamInspector&&) = delete;

  // The stream is known before its first byte (an expected data connection).
  void expect(const ParserInfo& info);
  // Direction::to_server is what the device sends.
  void feed(const Chunk& chunk, InspectionSink& sink);
  void finish(InspectionSink& sink);
  // The rest of the flow cannot be read (an encrypted protocol that classification recognised).
  void give_up(NotInspected why, InspectionSink& sink);

  bool needs_server_side() const;
  bool is_encrypted() const { return encrypted_; }
  std::string_view app_proto() const;   // of the innermost layer that is known; empty while unknown
  const TlsFacts* tls() const;          // null where the flow is not TLS
  bool is_raw() const { return parser_info_ == &raw_parser(); }

 private:
  struct HeldChunk {
    Chunk chunk;
    std::string bytes;
  };
  class TlsLayer;

  void probe(const Chunk& chunk, InspectionSink& sink);
  void decide(Bytes head, bool last, const Chunk& newest, InspectionSink& sink);
  void start(const ParserInfo& info, const Chunk& newest, InspectionSink& sink);
  void start_tls(const Chunk& newest, InspectionSink& sink);
  void parse(const Chunk& chunk, InspectionSink& sink);
  void feed_rest(const Chunk& chunk, const Handover& handover, InspectionSink& sink);
  void replay_head(InspectionSink& sink);
  void note_held(size_t bytes, InspectionSink& sink);
  void release_held();

  const InspectionContext& context_;
  ProbeInput flow_;
  bool encrypted_;
  NotInspected opaque_ = NotInspected::none;
  uint32_t handovers_ = 0;
  std::string head_;                // what was probed so far, while it is more than one chunk
  std::vector<HeldChunk> waiting_;  // the same bytes, as they came
  const ParserInfo* parser_info_ = nullptr;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<TlsLayer> tls_;
  size_t held_ = 0;
};

}  // namespace telltale
