// beacon: connections to the same server at regular times with the same little data, as malware
// asks its controller for orders, and as telemetry reports.
//
// Rule: the starts of the conversations of a (device, server, port) are kept, the last 64 of them.
// Regular is what has a small spread of intervals (interquartile range over median: 0 for a clock,
// 0.2 for a clock with 20 % jitter, 1.6 for events at random), where an interval of two or three
// times the median is beats that were missed; and a small spread of what was sent.
// A dozen of events at random have a small spread every now and then, and there are many servers:
// so it must also be unlikely (one in a million) that as many intervals lie as close to one, two
// or three times the median by chance, if events come at random (a Poisson process). A clock needs
// 10 beats for that, 20 % jitter 14 (20 at most, simulated), while of 800 runs of 64 random events
// of even size, of which the spread alone told 8 %, none is told.
// Idea: RITA (Active Countermeasures), scores of intervals and sizes; its Bowley skewness is not
// used, as it falls to zero for a jitter in one direction only.
// Protocols that are periodic by their specification (NTP, DNS, DHCP, STUN, mDNS, SSDP) are left
// out; whether a regular server is fine is for the trust lists to say.
//
// Blind spots: jitter above about 30 %; one connection that stays open; fewer than 10 beats.
#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "sensor/base/recent_map.h"
#include "sensor/behavior/monitor.h"
#include "sensor/behavior/peer.h"

namespace telltale {
namespace {

constexpr size_t kMinBeats = 10;
constexpr size_t kMaxBeats = 64;
constexpr double kMinInterval = 10;        // seconds; faster is a page, a stream or a busy loop
constexpr double kMinSpan = 300;           // seconds from the first beat to the last
constexpr double kMaxMissed = 3;           // an interval of at most so many times the median
constexpr double kWidestTolerance = 0.25;  // medians that an interval may be off
constexpr double kMinScore = 0.8;
constexpr double kMaxChance = 1e-6;
constexpr uint64_t kMaxSent = 64 * 1024;  // a beat carries little
constexpr std::chrono::hours kTellAgain{24};

struct Beat {
  Timestamp start;
  uint64_t sent = 0;
};

struct Rhythm {
  std::vector<Beat> beats;  // by start
  Timestamp told;
  bool was_told = false;
};

struct Quartiles {
  double low = 0;
  double median = 0;
  double high = 0;
};

double at_rank(const std::vector<double>& sorted, double rank) {
  const double place = rank * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

// REQUIRES: !values.empty()
Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {at_rank(values, 0.25), at_rank(values, 0.5), at_rank(values, 0.75)};
}

// 1 for no spread at all, 0 for a spread of the median and more.
double evenness(const Quartiles& q) {
  if (q.median <= 0) return 0;
  return std::clamp(1 - (q.high - q.low) / q.median, 0.0, 1.0);
}

std::vector<double> intervals_of(const std::vector<Beat>& beats) {
  std::vector<double> intervals;
  for (size_t i = 1; i < beats.size(); ++i) {
    intervals.push_back(std::chrono::duration<double>(beats[i].start - beats[i - 1].start).count());
  }
  return intervals;
}

// How many beats an interval is; 0 where it is not within `tolerance` medians of one, two or three.
double beats_in(double interval, double median, double tolerance) {
  const double times = std::round(interval / median);
  const bool fits =
      times >= 1 && times <= kMaxMissed && std::abs(interval / median - times) <= tolerance;
  return fits ? times : 0;
}

// An interval near a small multiple of the median is that many beats, all but one of them missed.
size_t fold_missed(std::vector<double>& intervals, double median) {
  size_t missed = 0;
  for (double& interval : intervals) {
    const double times = beats_in(interval, median, kWidestTolerance);
    if (times < 2) continue;
    interval /= times;
    missed += static_cast<size_t>(times) - 1;
  }
  return missed;
}

// The probability of `hits` or more in `trials` that each succeed with probability `p`.
double binomial_tail(size_t hits, size_t trials, double p) {
  double sum = 0;
  const auto n = static_cast<double>(trials);
  for (size_t i = hits; i <= trials; ++i) {
    const auto k = static_cast<double>(i);
    const double ways = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
    sum += std::exp(ways + k * std::log(p) + (n - k) * std::log1p(-p));
  }
  return sum;
}

// How likely intervals between events at random (exponentially distributed) fit the rhythm as well
// as these do; the best of several tolerances, which makes it that many times as likely. One
// interval is spent on the median.
double chance_of(const std::vector<double>& intervals, double median) {
  constexpr double kTolerances[] = {0.05, 0.1, 0.2, kWidestTolerance};
  double best = 1;
  for (const double tolerance : kTolerances) {
    double p = 0;
    for (double times = 1; times <= kMaxMissed; ++times) {
      p += std::exp2(tolerance - times) - std::exp2(-tolerance - times);
    }
    const auto hits =
        static_cast<size_t>(std::count_if(intervals.begin(), intervals.end(), [&](double interval) {
          return beats_in(interval, median, tolerance) > 0;
        }));
    if (hits > 0) best = std::min(best, binomial_tail(hits - 1, intervals.size() - 1, p));
  }
  return std::min(1.0, best * std::size(kTolerances));
}

bool is_periodic_by_design(const Conversation& conversation) {
  static constexpr std::string_view kProtocols[] = {"ntp",    "dns",     "mdns",   "dhcp",
                                                    "dhcpv6", "stun",    "ssdp",   "igmp",
                                                    "llmnr",  "netbios", "nat-pmp"};
  if (conversation.ip_proto == kUdp && conversation.remote.port == 123) return true;
  return std::find(std::begin(kProtocols), std::end(kProtocols), conversation.app_proto) !=
         std::end(kProtocols);
}

std::string server_of(const Conversation& conversation) {
  std::string server = conversation.host.empty() ? conversation.remote.address.to_string()
                                                 : std::string(conversation.host);
  return server + ' ' + std::to_string(conversation.remote.port);
}

class BeaconMonitor final : public Monitor {
 public:
  explicit BeaconMonitor(const Limits& limits) : rhythms_(limits.max_behavior_peers) {}

  void on_conversation(const Conversation& conversation, AnomalySink& sink) override {
    if (conversation.ip_proto != kTcp && conversation.ip_proto != kUdp) return;
    if (conversation.sent.bytes > kMaxSent || is_periodic_by_design(conversation)) return;
    bool evicted = false;
    Rhythm& rhythm = rhythms_.at({conversation.device, server_of(conversation)}, &evicted);
    if (evicted) sink.on_weird(Weird::behavior_peer_evicted);
    take(rhythm, {conversation.first_ts, conversation.sent.bytes});
    if (rhythm.was_told && conversation.last_ts - rhythm.told < kTellAgain) return;
    judge(rhythm, conversation.last_ts, sink);
  }

 private:
  // Flows end in another order than they began.
  static void take(Rhythm& rhythm, const Beat& beat) {
    const auto place =
        std::upper_bound(rhythm.beats.begin(), rhythm.beats.end(), beat,
                         [](const Beat& a, const Beat& b) { return a.start < b.start; });
    rhythm.beats.insert(place, beat);
    if (rhythm.beats.size() > kMaxBeats) rhythm.beats.erase(rhythm.beats.begin());
  }

  static void judge(Rhythm& rhythm, Timestamp now, AnomalySink& sink) {
    const std::vector<Beat>& beats = rhythm.beats;
    if (beats.size() < kMinBeats) return;
    const double span =
        std::chrono::duration<double>(beats.back().start - beats.front().start).count();
    if (span < kMinSpan) return;
    std::vector<double> intervals = intervals_of(beats);
    const double median = quartiles(intervals).median;
    if (median < kMinInterval) return;
    const size_t missed = fold_missed(intervals, median);
    std::vector<double> sizes;
    for (const Beat& beat : beats) sizes.push_back(static_cast<double>(beat.sent));
    const Quartiles times = quartiles(intervals);
    const Quartiles sent = quartiles(sizes);
    const double score = 0.7 * evenness(times) + 0.3 * evenness(sent);
    if (score < kMinScore) return;
    const double chance = chance_of(intervals_of(beats), median);
    if (chance > kMaxChance) return;
    rhythm.was_told = true;
    rhythm.told = now;
    AnomalyEvent anomaly;
    anomaly.type = "beacon";
    anomaly.score = score;
    anomaly.evidence = {{"connections", std::to_string(beats.size())},
                        {"interval_seconds", figure(times.median)},
                        {"interval_spread", figure((times.high - times.low) / times.median)},
                        {"beats_missed", std::to_string(missed)},
                        {"chance", fmt::format("{:.0e}", std::max(chance, 1e-15))},
                        {"bytes_sent_each", figure(sent.median)},
                        {"span_seconds", figure(span)}};
    sink.on_anomaly(std::move(anomaly));
  }

  RecentMap<Peer, Rhythm, PeerHash> rhythms_;
};

}  // namespace

std::unique_ptr<Monitor> make_beacon_monitor(const Limits& limits) {
  return std::make_unique<BeaconMonitor>(limits);
}

}  // namespace telltale
