// Unit tests of a policy, in YAML: what is given, and what is expected of it.
//
//   policy: [in-69a-2020, office.yaml]    # packs or files, relative to this one; on top of
//   `config` tests:
//     - name: the app's server is untrusted, wherever it stands
//       given: {destination: api.tiktok.com, country: SG, data: [imei, email]}
//       expect: {trust: untrusted, verdict: alert, severity: 1}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/cli/policy_options.h"

namespace telltale {

// One question to a policy, owning its facts.
struct PolicyQuestion {
  Device device;
  Destination destination;
  std::optional<Finding> finding;
  std::string anomaly;
  double score = 1;
  Timestamp ts;
  uint64_t bytes_out = 0;

  Occasion occasion() const {
    return {device, destination, finding ? &*finding : nullptr, anomaly, score, ts, bytes_out};
  }
};

// Puts what `data` names into the question: a data type, "contact", or "anomaly:TYPE". False where
// it is none.
bool set_data(PolicyQuestion& question, std::string_view data);
// Puts a host name or an address there.
void set_destination(PolicyQuestion& question, std::string_view destination);

struct PolicyTestResult {
  size_t passed = 0;
  size_t failed = 0;
  std::string failures;  // text for people: what was expected, what came, and why
};

// Runs the tests of a file; `options` chooses a policy where the file does not. Throws ConfigError,
// FeedError.
PolicyTestResult run_policy_tests(const std::string& path, const PolicyOptions& options);

}  // namespace telltale
