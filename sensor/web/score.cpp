#include "sensor/web/score.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace telltale {
namespace {

constexpr size_t kUnknown = 1;
constexpr size_t kUntrusted = 2;

// Share of what is left to 100 that something takes: once seen, and at most.
struct Weight {
  double once;
  double most;
};

struct ClassWeights {
  std::string_view data_class;
  std::string_view words;
  Weight untrusted;
  Weight unknown;
};

constexpr ClassWeights kClasses[] = {{"contacts", "contacts", {0.40, 0.70}, {0.25, 0.50}},
                                     {"location", "location", {0.30, 0.60}, {0.15, 0.40}},
                                     {"identifiers", "identifiers", {0.12, 0.35}, {0.05, 0.20}}};
constexpr Weight kAlerts[] = {{0.20, 0.50}, {0.08, 0.25}, {0.03, 0.10}};
constexpr Weight kCleartext = {0.05, 0.20};
constexpr Weight kAnomaly = {0.10, 0.40};
constexpr double kOpaque = 0.05;
constexpr double kMostlyOpaque = 0.9;  // share of bytes that could not be read

// Twice as often is not twice as bad: it grows with the logarithm.
double share(const Weight& weight, uint64_t times) {
  if (times == 0) return 0;
  return std::min(weight.most, weight.once * (1 + std::log10(static_cast<double>(times))));
}

class Sum {
 public:
  void add(double share, std::string text) {
    if (share <= 0) return;
    parts_.push_back({share, std::move(text)});
  }

  Score told() const {
    double left = 1;
    double all = 0;
    for (const Part& part : parts_) {
      left *= 1 - part.share;
      all += part.share;
    }
    Score score;
    const double value = 100 * (1 - left);
    score.value = static_cast<int>(std::lround(value));
    for (const Part& part : parts_) {
      const int points = static_cast<int>(std::lround(value * part.share / all));
      score.reasons.push_back({part.text, std::max(points, 1)});
    }
    std::stable_sort(score.reasons.begin(), score.reasons.end(),
                     [](const auto& a, const auto& b) { return a.points > b.points; });
    return score;
  }

 private:
  struct Part {
    double share;
    std::string text;
  };
  std::vector<Part> parts_;
};

std::string times(uint64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

}  // namespace

Score score_of(const ScoreInputs& inputs) {
  Sum sum;
  for (const auto& [data_class, by_trust] : inputs.findings) {
    for (const ClassWeights& weights : kClasses) {
      if (weights.data_class != data_class) continue;
      sum.add(
          share(weights.untrusted, by_trust[kUntrusted]),
          fmt::format("{} to untrusted servers, {}", weights.words, times(by_trust[kUntrusted])));
      sum.add(share(weights.unknown, by_trust[kUnknown]),
              fmt::format("{} to servers nobody vouched for, {}", weights.words,
                          times(by_trust[kUnknown])));
    }
  }
  for (size_t i = 0; i < inputs.alerts.size(); ++i) {
    sum.add(share(kAlerts[i], inputs.alerts[i]),
            fmt::format("alerts of severity {}, {}", i + 1, inputs.alerts[i]));
  }
  sum.add(share(kCleartext, inputs.cleartext),
          fmt::format("sent without encryption, {}", times(inputs.cleartext)));
  sum.add(share(kAnomaly, inputs.anomalies),
          fmt::format("unusual behaviour, {}", times(inputs.anomalies)));
  const auto sent = static_cast<double>(inputs.bytes_out);
  if (sent > 0 && static_cast<double>(inputs.bytes_opaque) > kMostlyOpaque * sent) {
    sum.add(kOpaque, "nearly all it sends is encrypted and could not be read");
  }
  return sum.told();
}

}  // namespace telltale
