// STUN (RFC 8489) and what shares its flow (RFC 7983): calls. Media and connectivity checks are no
// content that telltale looks for; DTLS in the flow is encrypted. Anything else is scanned as raw.
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr size_t kHeadSize = 20;
constexpr uint32_t kCookie = 0x2112a442;

bool is_stun(Bytes datagram) {
  return datagram.size() >= kHeadSize && datagram[0] < 4 && load_be32(&datagram[4]) == kCookie &&
         load_be16(&datagram[2]) == datagram.size() - kHeadSize;
}

class StunParser final : public Parser {
 public:
  StunParser(const Limits& limits, const ProbeInput& flow) : other_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server || chunk.bytes.empty()) return std::nullopt;
    const uint8_t first = chunk.bytes[0];
    const bool is_media = first >= 128 && first < 192;
    const bool is_channel = first >= 64 && first < 80;
    const bool is_dtls =
        first >= 20 && first < 64 && chunk.bytes.size() > 13 && chunk.bytes[1] == 0xfe;
    if (is_dtls) {
      sink.on_not_read(chunk.bytes.size(), NotInspected::encrypted_protocol);
    } else if (is_stun(chunk.bytes) || is_media || is_channel) {
      sink.on_not_read(chunk.bytes.size(), NotInspected::not_content);
    } else {
      other_.feed(as_text(chunk.bytes), chunk, sink);
    }
    return std::nullopt;
  }
  void finish(ParserSink&) override {}

 private:
  RawScan other_;
};

Probe probe(const ProbeInput& input) {
  return input.ip_proto == kUdp && is_stun(input.head) ? Probe::yes : Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<StunParser>(limits, flow);
}

}  // namespace

extern const ParserInfo stun_info{"stun", false, probe, create};

}  // namespace telltale
