// An audit from its options to what comes of it, for the command and for captures given to the web
// page.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sensor/capture/packet_source.h"
#include "sensor/cli/policy_options.h"

namespace telltale {

struct AuditOptions {
  std::vector<std::string> captures;
  std::vector<std::string> keys;
  PolicyOptions policy;
  std::vector<std::string> home;
  std::string filter;
  std::string json;
  std::string store;
  std::vector<std::string> reports;
  size_t workers = 0;  // 0: as many as the configuration or the machine says
  bool reveal = false;
  bool quiet = false;  // no summary, and no word of what is merely worth knowing
};

struct AuditResult {
  uint64_t findings = 0;
  uint64_t alerts = 0;
  std::vector<std::string> problems;  // of inputs, a line each
};

// How far it is, 0..1.
using AuditProgress = std::function<void(double done)>;

// Throws UsageError, ConfigError, StoreError, ReportError; damaged inputs are told in the result.
AuditResult run_audit(const AuditOptions& options, const AuditProgress& progress);

}  // namespace telltale
