// Audits of captures that are given to the web page, in processes of their own: a capture that
// brings one down brings nothing else down, and a running audit can be ended.
//
// The helper is forked while this process has no threads and no capture, store or socket open yet.
// It takes orders through a pipe, runs one audit at a time as a child with bounds on memory and
// time, confined to the folder of uploads, and ends when its parent does.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/base/file_descriptor.h"
#include "sensor/cli/policy_options.h"
#include "sensor/web/dashboard.h"

namespace telltale {

struct AuditHelperOptions {
  PolicyOptions policy;
  std::vector<std::string> home;
  std::string uploads;            // the folder that uploads have their folders in
  std::vector<std::string> read;  // folders an audit reads: configuration, lists, geo databases
  uint64_t memory = 1ULL << 30;   // bytes of an audit
  bool sandbox = true;
};

class AuditHelper final : public AuditQueue {
 public:
  // Forks. REQUIRES: this process has no other thread. Throws UsageError.
  explicit AuditHelper(const AuditHelperOptions& options);
  ~AuditHelper() override;

  void start(const Job& job) override;
  void cancel(const std::string& folder) override;

 private:
  void order(const std::string& line) const;

  FileDescriptor orders_;
  int helper_ = -1;
};

}  // namespace telltale
