// telltale audit: reads captures offline, prints a summary, writes every event as JSON lines, and a
// report.
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "sensor/cli/audit_run.h"
#include "sensor/cli/command.h"
#include "sensor/cli/terminal.h"
#include "sensor/report/report_writer.h"

namespace telltale {
namespace {

enum class FailOn { never, finding, alert };

struct AuditCommand {
  AuditOptions audit;
  FailOn fail_on = FailOn::never;
};

// A bar on standard error, only when that is a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet) : wanted_(!quiet && isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  ProgressBar(const ProgressBar&) = delete;

  void draw(double done) {
    const auto percent = static_cast<unsigned>(100 * done);
    if (!wanted_ || percent == percent_) return;
    percent_ = percent;
    drawn_ = true;
    std::string bar(percent / 4, '#');
    bar.resize(25, '.');
    std::fprintf(stderr, "\r[%s] %3u %%", bar.c_str(), percent);
  }

 private:
  bool wanted_;
  bool drawn_ = false;
  unsigned percent_ = 101;
};

int audit(const AuditCommand& command) {
  for (const std::string& path : command.audit.reports) check_report_path(path);
  AuditResult result;
  {
    ProgressBar bar(command.audit.quiet);
    result = run_audit(command.audit, [&bar](double done) { bar.draw(done); });
  }
  for (const std::string& problem : result.problems) {
    std::fprintf(stderr, "telltale: %s\n", printable(problem, 800).c_str());
  }
  if (!result.problems.empty()) return kExitDamaged;
  const bool failed = (command.fail_on == FailOn::alert && result.alerts > 0) ||
                      (command.fail_on == FailOn::finding && result.findings > 0);
  return failed ? kExitFailOn : kExitDone;
}

}  // namespace

void register_audit(CLI::App& app, std::function<int()>& chosen) {
  auto asked = std::make_shared<AuditCommand>();
  AuditOptions* options = &asked->audit;
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
  command
      ->add_option("--report", options->reports,
                   "write a report, as " + report_endings() + " by the ending; repeatable")
      ->allow_extra_args(false);
  command->add_option("--store", options->store,
                      "write every event into this store (SQLite), once however often it is audited");
  command->add_option("--workers", options->workers, "threads that inspect (1 to 8); the output does not depend on it")
      ->check(CLI::Range(1, 8));
  command->add_flag("--reveal", options->reveal, "show values unmasked");
  command
      ->add_option("--fail-on", asked->fail_on, "exit with 1 when there was an alert or a finding")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, FailOn>{
              {"never", FailOn::never}, {"finding", FailOn::finding}, {"alert", FailOn::alert}}));
  command->add_flag("--quiet", options->quiet, "no summary, no progress bar");
  command->callback([asked, &chosen] { chosen = [asked] { return audit(*asked); }; });
}

}  // namespace telltale
