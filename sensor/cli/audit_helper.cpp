#include "sensor/cli/audit_helper.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/base/json_text.h"
#include "sensor/base/replace_file.h"
#include "sensor/cli/audit_run.h"
#include "sensor/cli/command.h"
#include "sensor/cli/run_sandbox.h"
#include "sensor/sandbox/system_calls.h"

namespace telltale {
namespace {

constexpr rlim_t kMostSeconds = 3600;  // of processor time of an audit
constexpr rlim_t kMostFile = 4ULL << 30;
constexpr std::chrono::milliseconds kTellEvery{250};
constexpr int kLook = 200;  // ms between looks at the child
constexpr int kNice = 10;   // what is live comes first

struct Facts {
  std::string state;
  double progress = 0;
  AuditResult result;
  std::string problem;
};

void tell(const std::string& folder, const Facts& facts) {
  JsonText out;
  out.begin_object();
  out.string("state", facts.state);
  out.real("progress", facts.progress);
  out.integer("findings", facts.result.findings);
  out.integer("alerts", facts.result.alerts);
  out.string("problem", facts.problem);
  out.end_object();
  // Where this fails there is no room, which the page shows as an audit that does not go on.
  (void)replace_file(folder + "/state", out.text(), 0600);
}

void bound(int resource, rlim_t most) {
  const rlimit limit{most, most};
  setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

// One audit, in a process of its own; never returns.
[[noreturn]] void audit_in_child(const AuditHelperOptions& helper, const AuditQueue::Job& job) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpriority(PRIO_PROCESS, 0, kNice);
  bound(RLIMIT_DATA, helper.memory);
  bound(RLIMIT_CPU, kMostSeconds);
  bound(RLIMIT_FSIZE, kMostFile);
  bound(RLIMIT_CORE, 0);
  Facts facts{.state = "running"};
  tell(job.folder, facts);
  try {
    // So that nothing of the report says where on this machine it was made.
    std::filesystem::current_path(job.folder);
    if (helper.sandbox) confine_system_calls();
    AuditOptions options;
    options.captures = {job.capture};
    if (std::filesystem::exists("keys.log")) options.keys = {"keys.log"};
    options.policy = helper.policy;
    options.home = helper.home;
    options.reports = {"report.html"};
    options.workers = 1;
    options.quiet = true;
    auto told = std::chrono::steady_clock::now();
    facts.result = run_audit(options, [&](double done) {
      const auto now = std::chrono::steady_clock::now();
      if (now - told < kTellEvery) return;
      told = now;
      facts.progress = done;
      tell(job.folder, facts);
    });
    facts.state = "done";
    facts.progress = 1;
    for (const std::string& line : facts.result.problems) {
      facts.problem += (facts.problem.empty() ? "" : "; ") + line;
    }
  } catch (const std::bad_alloc&) {
    facts.state = "failed";
    facts.problem = "it needs more memory than there is for it; use telltale audit";
  } catch (const std::exception& error) {
    facts.state = "failed";
    facts.problem = error.what();
  }
  tell(job.folder, facts);
  std::fflush(nullptr);
  _exit(0);
}

// What runs in the helper.
class Helper {
 public:
  Helper(const AuditHelperOptions& options, FileDescriptor orders)
      : options_(options), orders_(std::move(orders)) {}

  [[noreturn]] void run() {
    for (;;) {
      pollfd wanted{orders_.get(), POLLIN, 0};
      if (poll(&wanted, 1, running_ > 0 ? kLook : -1) > 0 && !take_orders()) break;
      look_after_child();
      begin_next();
    }
    if (running_ > 0) kill(running_, SIGKILL);
    _exit(0);
  }

 private:
  // False when nobody will ever order anything again.
  bool take_orders() {
    char piece[4096];
    const ssize_t got = read(orders_.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    pending_.append(piece, static_cast<size_t>(got));
    for (size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
      take(pending_.substr(0, end));
      pending_.erase(0, end + 1);
    }
    return true;
  }

  // "start FOLDER<tab>CAPTURE" or "cancel FOLDER"
  void take(const std::string& line) {
    const size_t space = line.find(' ');
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (line.starts_with("start ")) {
      const size_t tab = rest.find('\t');
      jobs_.push_back({rest.substr(0, tab), rest.substr(tab + 1)});
    } else if (line.starts_with("cancel ")) {
      std::erase_if(jobs_, [&](const AuditQueue::Job& job) { return job.folder == rest; });
      if (running_ > 0 && current_.folder == rest) kill(running_, SIGKILL);
    }
  }

  void look_after_child() {
    int status = 0;
    if (running_ <= 0 || waitpid(running_, &status, WNOHANG) != running_) return;
    running_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    const bool took_too_long = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
    if (std::filesystem::exists(current_.folder)) {
      tell(current_.folder,
           {.state = "failed",
            .problem = took_too_long ? "it takes longer than an hour; use telltale audit"
                                     : "the audit ended in the middle; use telltale audit"});
    }
  }

  void begin_next() {
    if (running_ > 0 || jobs_.empty()) return;
    current_ = jobs_.front();
    jobs_.pop_front();
    running_ = fork();
    if (running_ == 0) audit_in_child(options_, current_);
  }

  const AuditHelperOptions& options_;
  FileDescriptor orders_;
  std::string pending_;
  std::deque<AuditQueue::Job> jobs_;
  AuditQueue::Job current_;
  pid_t running_ = -1;
};

void confine_helper(const AuditHelperOptions& options) {
  if (!options.sandbox) return;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  confine_to(options.read, {options.uploads});
}

}  // namespace

AuditHelper::AuditHelper(const AuditHelperOptions& options) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw UsageError(fmt::format("telltale: no pipe can be made: {}", std::strerror(errno)));
  }
  FileDescriptor out(ends[0]);
  orders_ = FileDescriptor(ends[1]);
  std::fflush(nullptr);
  helper_ = fork();
  if (helper_ < 0) {
    throw UsageError(fmt::format("telltale: no process can be made: {}", std::strerror(errno)));
  }
  if (helper_ > 0) return;
  orders_ = FileDescriptor();
  std::signal(SIGINT, SIG_IGN);  // the parent says when it is over
  try {
    confine_helper(options);
    Helper(options, std::move(out)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "telltale: audits of uploads: %s\n", error.what());
    _exit(1);
  }
}

AuditHelper::~AuditHelper() {
  orders_ = FileDescriptor();
  waitpid(helper_, nullptr, 0);
}

void AuditHelper::order(const std::string& line) const { write_all(orders_.get(), line); }

void AuditHelper::start(const Job& job) {
  order(fmt::format("start {}\t{}\n", job.folder, job.capture));
}

void AuditHelper::cancel(const std::string& folder) { order(fmt::format("cancel {}\n", folder)); }

}  // namespace telltale
