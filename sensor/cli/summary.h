// The summary an audit prints: what was read, which devices were seen, and a table of alerts that a person
// understands. Fed from the same events as every other sink.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sensor/base/hash.h"
#include "sensor/base/hash_index.h"
#include "sensor/capture/packet_source.h"
#include "sensor/model/event.h"

namespace telltale {

class Summary {
 public:
  void take(const Event& event);
  uint64_t alerts() const { return alerts_.size(); }
  uint64_t findings() const { return findings_; }
  // The whole text; `geo_loaded` decides whether countries can be told at all.
  std::string text(const std::vector<CaptureInfo>& captures, bool geo_loaded) const;

 private:
  struct AlertRow {
    int severity = 3;
    std::string device;
    std::string what;
    std::string server;
    std::string where;
    std::string trust;
    bool cleartext = true;
    uint64_t count = 0;
  };
  struct DeviceRow {
    std::string id;
    std::string label;
    uint64_t flows = 0;
    uint64_t bytes_out = 0;
    std::set<std::string> types;
  };

  void take_suspicion(const Event& event);
  DeviceRow& row_of(const std::string& id);
  std::string inputs(const std::vector<CaptureInfo>& captures) const;
  std::string coverage() const;
  std::string devices() const;
  std::string suspicions() const;
  std::string alert_table() const;

  std::vector<AlertRow> alerts_;
  HashKey hash_key_ = random_hash_key();
  HashIndex index_;  // of devices_, by id
  std::vector<DeviceRow> devices_;
  std::map<NotInspected, uint64_t> not_read_;
  // By device and app: types, and bytes that could not be read.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, uint64_t>> suspected_;
  uint64_t findings_ = 0;
  uint64_t anomalies_ = 0;
  StatsEvent stats_;
};

}  // namespace telltale
