// dns_tunnel: data carried in the names a device asks for (iodine, dnscat2, DNSExfiltrator).
//
// Rule: a name that was never asked for before is a message of its own, and how much it can say is
// the length of its labels times their entropy. Names are collected by (device, registrable domain)
// for an hour. A tunnel needs many different names, nearly every question a new one, that together
// carry more than names of hosts do. Content networks and trackers have names with hashes too, but
// few of them, asked for again and again; reverse look-ups, blocklists and file
// reputation are left out.
// Ideas: Paxson et al., "Practical Comprehensive Bounds on Surreptitious Communication over DNS"
// (USENIX Security 2013), information in distinct names per domain; Nadler et al., "Detection of
// malicious and low throughput data exfiltration over the DNS protocol" (2019), its features.
//
// Blind spots: a tunnel below the floor of bytes an hour; one name per domain (many domains); names
// hidden in encrypted DNS.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sensor/base/recent_map.h"
#include "sensor/behavior/monitor.h"
#include "sensor/behavior/peer.h"

namespace telltale {
namespace {

constexpr std::chrono::hours kWindow{1};
constexpr size_t kMinNames = 10;
constexpr double kMinCarriedBytes = 300;
constexpr double kMinLength = 20;     // mean of what stands before the domain; hosts: 4 to 15
constexpr double kMinNewShare = 0.6;  // questions that were new names
constexpr double kMinScore = 0.6;
constexpr size_t kMaxNamesKept = 128;  // of a domain; plenty beyond what decides

// Letters and digits by themselves, '-', '_', and all other bytes by their high bits.
constexpr size_t kClasses = 36 + 2 + 8;

size_t class_of_byte(char c) {
  const auto byte = static_cast<uint8_t>(c);
  if (byte >= 'a' && byte <= 'z') return byte - 'a';
  if (byte >= '0' && byte <= '9') return 26 + (byte - '0');
  if (byte == '-') return 36;
  if (byte == '_') return 37;
  return 38 + byte / 32;
}

// Types an ordinary device asks for.
bool is_usual(std::string_view type) {
  static constexpr std::string_view kUsual[] = {"A",   "AAAA", "HTTPS", "SVCB",  "PTR",
                                                "SOA", "NS",   "DS",    "DNSKEY"};
  return std::find(std::begin(kUsual), std::end(kUsual), type) != std::end(kUsual);
}

// Services that are asked about files and addresses by name: reputation and blocklists.
bool is_lookup_service(std::string_view domain) {
  static constexpr std::string_view kServices[] = {"barracudacentral.org",
                                                   "cymru.com",
                                                   "dnswl.org",
                                                   "e5.sk",
                                                   "mailspike.net",
                                                   "mcafee.com",
                                                   "senderbase.org",
                                                   "sophosxl.net",
                                                   "sorbs.net",
                                                   "spamhaus.org",
                                                   "surbl.org",
                                                   "uribl.com"};
  return std::binary_search(std::begin(kServices), std::end(kServices), domain);
}

// The labels of an address, as blocklists and reverse look-ups ask for it: "2.0.0.127".
bool spells_address(std::string_view labels) {
  size_t count = 0;
  while (!labels.empty()) {
    const size_t dot = labels.find('.');
    const std::string_view label = labels.substr(0, dot);
    if (label.empty() || label.size() > 3) return false;
    for (const char c : label) {
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    ++count;
    if (dot == std::string_view::npos) break;
    labels.remove_prefix(dot + 1);
  }
  return count >= 4;
}

struct Names {
  Timestamp since;
  uint64_t questions = 0;
  uint64_t unusual = 0;
  uint64_t characters = 0;  // of new names, without the domain and the dots
  std::array<uint32_t, kClasses> classes{};
  std::vector<uint32_t> seen;  // hashes of them
  uint64_t fresh = 0;          // new names
  bool told = false;
};

double entropy(const Names& names) {
  double bits = 0;
  for (const uint32_t count : names.classes) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(names.characters);
    bits -= share * std::log2(share);
  }
  return bits;
}

double ramp(double value, double low, double high) {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

class DnsTunnelMonitor final : public Monitor {
 public:
  explicit DnsTunnelMonitor(const Limits& limits) : domains_(limits.max_behavior_peers) {}

  void on_question(const DnsQuestion& question, AnomalySink& sink) override {
    if (question.domain.empty() || question.domain.size() >= question.name.size()) return;
    if (question.domain.ends_with(".arpa") || is_lookup_service(question.domain)) return;
    const std::string_view labels =
        question.name.substr(0, question.name.size() - question.domain.size() - 1);
    if (spells_address(labels)) return;
    bool evicted = false;
    Names& names = domains_.at({question.device, std::string(question.domain)}, &evicted);
    if (evicted) sink.on_weird(Weird::behavior_peer_evicted);
    if (question.ts - names.since > kWindow) {
      names = Names{};
      names.since = question.ts;
    }
    take(names, question, labels);
    if (!names.told) judge(names, question, sink);
  }

 private:
  void take(Names& names, const DnsQuestion& question, std::string_view labels) {
    ++names.questions;
    if (!is_usual(question.type)) ++names.unusual;
    const auto hash = static_cast<uint32_t>(hash64(labels));
    if (std::find(names.seen.begin(), names.seen.end(), hash) != names.seen.end()) return;
    ++names.fresh;
    if (names.seen.size() < kMaxNamesKept) names.seen.push_back(hash);
    for (const char c : labels) {
      if (c == '.') continue;
      ++names.characters;
      ++names.classes[class_of_byte(c)];
    }
  }

  void judge(Names& names, const DnsQuestion& question, AnomalySink& sink) const {
    if (names.fresh < kMinNames) return;
    const double length = static_cast<double>(names.characters) / static_cast<double>(names.fresh);
    const double new_share =
        static_cast<double>(names.fresh) / static_cast<double>(names.questions);
    const double unusual =
        static_cast<double>(names.unusual) / static_cast<double>(names.questions);
    const double bits = entropy(names);
    const double carried = static_cast<double>(names.characters) * bits / 8;
    if (carried < kMinCarriedBytes || length < kMinLength || new_share < kMinNewShare) return;
    const double score = 0.35 * ramp(length, 12, 48) + 0.25 * ramp(bits, 3, 4.5) +
                         0.2 * ramp(carried, 150, 1200) +
                         0.2 * std::max(unusual, ramp(length, 30, 80));
    if (score < kMinScore) return;
    names.told = true;
    AnomalyEvent anomaly;
    anomaly.type = "dns_tunnel";
    anomaly.score = score;
    anomaly.evidence = {{"domain", std::string(question.domain)},
                        {"questions", std::to_string(names.questions)},
                        {"different_names", std::to_string(names.fresh)},
                        {"mean_length", figure(length)},
                        {"entropy_bits_per_character", figure(bits)},
                        {"carried_bytes", figure(carried)},
                        {"share_of_unusual_types", figure(unusual)}};
    sink.on_anomaly(std::move(anomaly));
  }

  RecentMap<Peer, Names, PeerHash> domains_;
};

}  // namespace

std::unique_ptr<Monitor> make_dns_tunnel_monitor(const Limits& limits) {
  return std::make_unique<DnsTunnelMonitor>(limits);
}

}  // namespace telltale
