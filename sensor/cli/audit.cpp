// telltale audit: reads captures offline, prints a summary, writes every event as JSON lines.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "config/config.h"
#include "sensor/capture/capture_set.h"
#include "sensor/cli/audit_store.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/key_feed.h"
#include "sensor/cli/policy_options.h"
#include "sensor/cli/summary.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/json_lines.h"
#include "sensor/pipeline/engine.h"
#include "sensor/pipeline/sensor_parts.h"

namespace telltale {
namespace {

enum class FailOn { never, finding, alert };

struct AuditOptions {
  std::vector<std::string> captures;
  std::vector<std::string> keys;
  PolicyOptions policy;
  std::vector<std::string> home;
  std::string filter;
  std::string json;
  std::string store;
  size_t workers = 0;  // 0: as many as the configuration or the machine says
  bool reveal = false;
  bool quiet = false;
  FailOn fail_on = FailOn::never;
};

Config configuration(const AuditOptions& options) {
  Config config = load_policy(options.policy);
  set_home_networks(config, options.home);
  for (const std::string& keys : options.keys) config.tls.keylog.push_back(keys);
  if (options.reveal) config.privacy.samples = SampleMode::clear;
  return config;
}

// A bar on standard error, only when that is a terminal.
class Progress {
 public:
  explicit Progress(const CaptureSet& captures, bool quiet)
      : captures_(captures), wanted_(!quiet && isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  Progress(const Progress&) = delete;

  void draw() {
    if (!wanted_ || captures_.bytes_total() == 0) return;
    const uint64_t percent = 100 * captures_.bytes_read() / captures_.bytes_total();
    if (percent == percent_) return;
    percent_ = percent;
    drawn_ = true;
    std::string bar(percent / 4, '#');
    bar.resize(25, '.');
    std::fprintf(stderr, "\r[%s] %3u %%", bar.c_str(), static_cast<unsigned>(percent));
  }

 private:
  const CaptureSet& captures_;
  bool wanted_;
  bool drawn_ = false;
  uint64_t percent_ = 101;
};

// Every event goes to the summary and, where wanted, to the JSON lines and the store.
class AuditSink final : public EventSink {
 public:
  AuditSink(Summary& summary, JsonLineSink* json, AuditStore* store)
      : summary_(summary), json_(json), store_(store) {}
  void on_event(Event&& event) override {
    if (json_ != nullptr) json_->write(event);
    if (store_ != nullptr) store_->write(event);
    summary_.take(event);
  }

 private:
  Summary& summary_;
  JsonLineSink* json_;
  AuditStore* store_;
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

void tell(const CaptureProblem& problem) {
  std::string line = "telltale: " + printable(problem.path, 400);
  if (problem.offset) line += ": byte " + std::to_string(*problem.offset);
  std::fprintf(stderr, "%s: %s\n", line.c_str(), problem.what.c_str());
}

// Secrets for the engine, and a bar for whoever waits.
class AuditHooks final : public KeyFeed {
 public:
  using KeyFeed::KeyFeed;
  void draw_on(Progress& progress) { progress_ = &progress; }
  void on_progress() override {
    if (progress_ != nullptr) progress_->draw();
  }

 private:
  Progress* progress_ = nullptr;
};

size_t workers(const AuditOptions& options, const Config& config) {
  if (options.workers > 0) return options.workers;
  if (config.sensor.workers > 0) return config.sensor.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

void tell_of_geo(const SensorParts& parts, const Config& config) {
  for (const std::string& problem : parts.geo_problems()) {
    std::fprintf(stderr, "telltale: %s; left out\n", printable(problem, 400).c_str());
  }
  warn_of_age(parts.geo(), config.geoip);
}

int audit(const AuditOptions& options) {
  const Config config = configuration(options);
  SensorParts parts(config);
  if (!options.quiet) tell_of_geo(parts, config);
  for (const std::string& line : parts.feeds().problems()) {
    std::fprintf(stderr, "telltale: %s\n", printable(line, 400).c_str());
  }
  std::vector<CaptureProblem> problems;
  const std::vector<std::string> paths = find_captures(options.captures, problems);
  AuditHooks hooks(config, paths, parts.keys());
  CaptureSet captures(paths, {options.filter, config.limits()});
  hooks.attach(captures);

  Summary summary;
  std::optional<JsonFile> file;
  std::optional<JsonLineSink> json;
  if (!options.json.empty()) {
    file.emplace(options.json);
    json.emplace(file->get(), EventContext{config.sensor.name, paths});
  }
  std::optional<AuditStore> store;
  if (!options.store.empty()) store.emplace(options.store, EventContext{config.sensor.name, paths});
  {
    Progress progress(captures, options.quiet);
    hooks.draw_on(progress);
    AuditSink sink(summary, json ? &*json : nullptr, store ? &*store : nullptr);
    Engine engine(parts.context(), workers(options, config));
    engine.run(captures, sink, hooks);
  }
  if (json) {
    json->flush();
    file->flush();
  }
  const std::string stored = store ? store->finish() : std::string();
  if (options.json != "-" && !options.quiet) {
    std::fputs(summary.text(captures.captures(), !parts.geo().empty()).c_str(), stdout);
    std::fputs(stored.c_str(), stdout);
  }
  problems.insert(problems.end(), captures.problems().begin(), captures.problems().end());
  for (const CaptureProblem& problem : problems) tell(problem);
  if (!problems.empty()) return kExitDamaged;
  const bool failed = (options.fail_on == FailOn::alert && summary.alerts() > 0) ||
                      (options.fail_on == FailOn::finding && summary.findings() > 0);
  return failed ? kExitFailOn : kExitDone;
}

}  // namespace

void register_audit(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App* command = app.add_subcommand(
      "audit", "Read captures offline; print a summary; write findings as JSON lines");
  command->add_option("CAPTURE", options->captures,
                      "pcap or pcapng file (plain, .gz, .zst, .lz4), a folder of them, or - for "
                      "standard input")
      ->required();
  command->add_option("--keys", options->keys, "TLS key log (NSS format); repeatable")
      ->allow_extra_args(false);
  add_policy_options(*command, options->policy);
  add_home_option(*command, options->home);
  command->add_option("--filter", options->filter, "BPF filter, as for tcpdump");
  command->add_option("--json", options->json, "write every event as a JSON line to this file, - for standard output");
  command->add_option("--store", options->store,
                      "write every event into this store (SQLite), once however often it is audited");
  command->add_option("--workers", options->workers, "threads that inspect (1 to 8); the output does not depend on it")
      ->check(CLI::Range(1, 8));
  command->add_flag("--reveal", options->reveal, "show values unmasked");
  command
      ->add_option("--fail-on", options->fail_on, "exit with 1 when there was an alert or a finding")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, FailOn>{
              {"never", FailOn::never}, {"finding", FailOn::finding}, {"alert", FailOn::alert}}));
  command->add_flag("--quiet", options->quiet, "no summary, no progress bar");
  command->callback([options, &chosen] { chosen = [options] { return audit(*options); }; });
}

}  // namespace telltale
