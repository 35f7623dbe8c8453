// icmp_tunnel: data carried in echo requests and replies (ptunnel, hans, icmpsh).
//
// Rule: what ping sends says nothing: a time stamp, then the same filling in every packet, and the
// reply repeats it (RFC 792: "the data received in the echo message must be returned"). A tunnel's
// packets differ from each other behind the time stamp, and its replies are not what was asked.
// Collected by (device, remote) for an hour; both what is new and what is not an echo count.
//
// Blind spots: a few hundred bytes an hour; data in the identifier or sequence number alone.
#include <algorithm>
#include <array>
#include <vector>

#include "sensor/base/recent_map.h"
#include "sensor/behavior/monitor.h"
#include "sensor/behavior/peer.h"

namespace telltale {
namespace {

constexpr std::chrono::hours kWindow{1};
constexpr size_t kStampSize = 16;     // time stamps of the pings in use take 4 to 16 bytes
constexpr size_t kComparedSize = 64;  // of what follows; a sweep of sizes has the same beginning
constexpr size_t kMaxContentsKept = 128;
constexpr size_t kRequestsKept = 32;  // that a reply may answer
constexpr uint64_t kMinContents = 8;
constexpr uint64_t kMinBytes = 512;
constexpr uint64_t kMinForeignReplies = 4;

struct Asked {
  uint16_t id = 0;
  uint16_t sequence = 0;
  uint64_t content = 0;  // of all data; 0 for an empty slot
};

struct Exchange {
  Timestamp since;
  std::vector<uint32_t> contents;  // hashes of the data behind the time stamp
  uint64_t fresh = 0;              // packets of either side whose content was new
  uint64_t fresh_bytes = 0;
  uint64_t packets = 0;
  uint64_t foreign_replies = 0;  // replies that repeat no request
  std::array<Asked, kRequestsKept> asked{};
  size_t next = 0;
  bool told = false;
};

class IcmpTunnelMonitor final : public Monitor {
 public:
  explicit IcmpTunnelMonitor(const Limits& limits) : exchanges_(limits.max_behavior_peers) {}

  void on_echo(const Echo& echo, AnomalySink& sink) override {
    bool evicted = false;
    Exchange& exchange = exchanges_.at({echo.device, echo.remote.to_string()}, &evicted);
    if (evicted) sink.on_weird(Weird::behavior_peer_evicted);
    if (echo.ts - exchange.since > kWindow) {
      exchange = Exchange{};
      exchange.since = echo.ts;
    }
    take(exchange, echo);
    if (!exchange.told) judge(exchange, sink);
  }

 private:
  void take(Exchange& exchange, const Echo& echo) {
    ++exchange.packets;
    const uint64_t whole = hash64(echo.data) | 1;
    if (echo.is_reply) {
      const bool repeats =
          std::any_of(exchange.asked.begin(), exchange.asked.end(), [&](const Asked& asked) {
            return asked.content == whole && asked.id == echo.id && asked.sequence == echo.sequence;
          });
      if (repeats) return;
      ++exchange.foreign_replies;
    } else {
      exchange.asked[exchange.next] = {echo.id, echo.sequence, whole};
      exchange.next = (exchange.next + 1) % kRequestsKept;
    }
    if (echo.data.size() <= kStampSize) return;
    const Bytes filling = echo.data.subspan(kStampSize);
    const auto content =
        static_cast<uint32_t>(hash64(filling.first(std::min(filling.size(), kComparedSize))));
    auto& known = exchange.contents;
    if (std::find(known.begin(), known.end(), content) != known.end()) return;
    if (known.size() < kMaxContentsKept) known.push_back(content);
    ++exchange.fresh;
    exchange.fresh_bytes += filling.size();
  }

  static void judge(Exchange& exchange, AnomalySink& sink) {
    if (exchange.fresh < kMinContents || exchange.fresh_bytes < kMinBytes) return;
    const double fresh =
        static_cast<double>(exchange.fresh) / static_cast<double>(exchange.packets);
    const bool answers_differ = exchange.foreign_replies >= kMinForeignReplies;
    if (!answers_differ && fresh < 0.25) return;  // of requests and replies together
    exchange.told = true;
    AnomalyEvent anomaly;
    anomaly.type = "icmp_tunnel";
    anomaly.score =
        std::min(1.0, 0.5 + 0.3 * std::min(1.0, 2 * fresh) + (answers_differ ? 0.2 : 0.0));
    anomaly.evidence = {
        {"packets", std::to_string(exchange.packets)},
        {"different_contents", std::to_string(exchange.fresh)},
        {"bytes_in_them", std::to_string(exchange.fresh_bytes)},
        {"replies_that_repeat_no_request", std::to_string(exchange.foreign_replies)}};
    sink.on_anomaly(std::move(anomaly));
  }

  RecentMap<Peer, Exchange, PeerHash> exchanges_;
};

}  // namespace

std::unique_ptr<Monitor> make_icmp_tunnel_monitor(const Limits& limits) {
  return std::make_unique<IcmpTunnelMonitor>(limits);
}

}  // namespace telltale
