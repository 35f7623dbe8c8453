// Two reports side by side: an app before and after an update, a device before and after a consent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sensor/model/event.h"

namespace telltale {

// One type of data that one device told one server, as a report (JSON) says it.
struct ToldRow {
  std::string device;  // its id
  std::string device_name;
  std::string type;
  std::string host;
  std::string country;
  std::string operator_country;
  std::string trust;
  uint64_t findings = 0;
  uint64_t in_clear = 0;
};

struct ReadReport {
  std::vector<ToldRow> rows;
  uint64_t bytes_out = 0;
  uint64_t bytes_read = 0;  // in clear or after decryption
};

// A report that telltale audit --report FILE.json wrote. Throws ReportError.
ReadReport read_report(const std::string& path);

enum class Change : uint8_t { appeared, disappeared, changed };
std::string_view name_of(Change change);

struct Difference {
  Change change = Change::appeared;
  ToldRow before;                 // empty where it appeared
  ToldRow after;                  // empty where it disappeared
  std::vector<std::string> what;  // of what changed: "now without encryption", ...
  bool is_worse = false;          // something is told now that was not before, or less safely
};

// `across_devices`: what any device told counts, whoever it was, as for two different phones.
std::vector<Difference> compare(const ReadReport& before, const ReadReport& after,
                                bool across_devices);

}  // namespace telltale
