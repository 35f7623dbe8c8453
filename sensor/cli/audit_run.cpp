#include "sensor/cli/audit_run.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "config/config.h"
#include "sensor/capture/capture_set.h"
#include "sensor/cli/audit_store.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/key_feed.h"
#include "sensor/cli/report_context.h"
#include "sensor/cli/summary.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/json_lines.h"
#include "sensor/pipeline/engine.h"
#include "sensor/pipeline/sensor_parts.h"
#include "sensor/report/report_writer.h"

namespace telltale {
namespace {

Config configuration(const AuditOptions& options) {
  Config config = load_policy(options.policy);
  set_home_networks(config, options.home);
  for (const std::string& keys : options.keys) config.tls.keylog.push_back(keys);
  if (options.workers > 0) config.sensor.workers = options.workers;
  if (options.reveal) config.privacy.samples = SampleMode::clear;
  return config;
}

// Every event goes to the summary and, where wanted, to the JSON lines, the store and the report.
class AuditSink final : public EventSink {
 public:
  AuditSink(Summary& summary, JsonLineSink* json, AuditStore* store, AuditReport* report)
      : summary_(summary), json_(json), store_(store), report_(report) {}
  void on_event(Event&& event) override {
    if (json_ != nullptr) json_->write(event);
    if (store_ != nullptr) store_->write(event);
    if (report_ != nullptr) report_->take(event);
    summary_.take(event);
  }

 private:
  Summary& summary_;
  JsonLineSink* json_;
  AuditStore* store_;
  AuditReport* report_;
};

// Opens where --json points to; closes it unless it is standard output.
class JsonFile {
 public:
  explicit JsonFile(const std::string& path) : path_(path) {
    file_ = path == "-" ? stdout : std::fopen(path.c_str(), "we");
    if (file_ == nullptr) {
      throw UsageError("telltale: --json " + path + ": cannot be written: " + std::strerror(errno));
    }
  }
  ~JsonFile() {
    if (file_ != stdout) std::fclose(file_);
  }
  JsonFile(const JsonFile&) = delete;
  std::FILE* get() { return file_; }
  void flush() {
    if (std::fflush(file_) != 0 || std::ferror(file_) != 0) {
      throw UsageError("telltale: --json " + path_ + ": writing failed: " + std::strerror(errno));
    }
  }

 private:
  std::string path_;
  std::FILE* file_;
};

std::string line_of(const CaptureProblem& problem) {
  std::string line = problem.path;
  if (problem.offset) line += ": byte " + std::to_string(*problem.offset);
  return line + ": " + problem.what;
}

// Secrets for the engine, and word of how far it is for whoever waits.
class AuditHooks final : public KeyFeed {
 public:
  AuditHooks(const Config& config, const std::vector<std::string>& paths, KeyStore& keys)
      : KeyFeed(config, paths, keys) {}
  void tell(const CaptureSet& captures, const AuditProgress& progress) {
    captures_ = &captures;
    progress_ = &progress;
  }
  void on_progress() override {
    if (progress_ == nullptr || captures_->bytes_total() == 0) return;
    (*progress_)(std::min(1.0, static_cast<double>(captures_->bytes_read()) /
                                   static_cast<double>(captures_->bytes_total())));
  }

 private:
  const CaptureSet* captures_ = nullptr;
  const AuditProgress* progress_ = nullptr;
};

void tell_of_data(const SensorParts& parts, const Config& config, bool quiet) {
  for (const std::string& line : parts.feeds().problems()) {
    std::fprintf(stderr, "telltale: %s\n", printable(line, 400).c_str());
  }
  if (quiet) return;
  for (const std::string& problem : parts.geo_problems()) {
    std::fprintf(stderr, "telltale: %s; left out\n", printable(problem, 400).c_str());
  }
  warn_of_age(parts.geo(), config.geoip);
}

}  // namespace

AuditResult run_audit(const AuditOptions& options, const AuditProgress& progress) {
  const Config config = configuration(options);
  SensorParts parts(config);
  tell_of_data(parts, config, options.quiet);
  std::vector<CaptureProblem> problems;
  const std::vector<std::string> paths = find_captures(options.captures, problems);
  AuditHooks hooks(config, paths, parts.keys());
  CaptureSet captures(paths, {options.filter, config.limits()});
  hooks.attach(captures);

  const EventContext context{config.sensor.name, paths};
  Summary summary;
  std::optional<JsonFile> file;
  std::optional<JsonLineSink> json;
  if (!options.json.empty()) {
    file.emplace(options.json);
    json.emplace(file->get(), context);
  }
  std::optional<AuditStore> store;
  if (!options.store.empty()) store.emplace(options.store, context);
  std::optional<AuditReport> report;
  if (!options.reports.empty()) report.emplace(context);
  hooks.tell(captures, progress);
  AuditSink sink(summary, json ? &*json : nullptr, store ? &*store : nullptr,
                 report ? &*report : nullptr);
  Engine(parts.context(), worker_count(config)).run(captures, sink, hooks);
  if (json) {
    json->flush();
    file->flush();
  }
  const std::string stored = store ? store->finish() : std::string();

  AuditResult result{summary.findings(), summary.alerts(), {}};
  problems.insert(problems.end(), captures.problems().begin(), captures.problems().end());
  for (const CaptureProblem& problem : problems) result.problems.push_back(line_of(problem));
  if (report) {
    const ReportContext facts =
        report_context(options, config, parts, captures.captures(), result.problems);
    for (const std::string& path : options.reports) write_report(path, *report, facts);
  }
  if (options.json != "-" && !options.quiet) {
    std::fputs(summary.text(captures.captures(), !parts.geo().empty()).c_str(), stdout);
    std::fputs(stored.c_str(), stdout);
  }
  return result;
}

}  // namespace telltale
