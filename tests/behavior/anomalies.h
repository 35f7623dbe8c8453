// What monitors told, for tests; and times and addresses to tell it of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sensor/behavior/monitor.h"

namespace telltale {

struct Anomalies final : AnomalySink {
  void on_anomaly(AnomalyEvent&& anomaly) override { told.push_back(std::move(anomaly)); }
  void on_weird(Weird weird) override { weirds.count(weird); }

  std::string evidence(const std::string& key) const {
    for (const auto& [name, value] : told.front().evidence) {
      if (name == key) return value;
    }
    return {};
  }

  std::vector<AnomalyEvent> told;
  WeirdCounts weirds;
};

inline Timestamp at_second(double seconds) {
  return Timestamp(std::chrono::seconds(1'700'000'000)) +
         std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

inline IpAddress address(const char* text) { return *IpAddress::parse(text); }

// A sequence that is the same on every machine (SplitMix64).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

}  // namespace telltale
