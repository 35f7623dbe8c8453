// telltale run: watches live interfaces as a daemon.
#include <memory>

#include <CLI/CLI.hpp>

#include "sensor/cli/command.h"
#include "sensor/cli/run_daemon.h"

namespace telltale {
namespace {

int run(const RunOptions& options) {
  RunDaemon daemon(options);
  return daemon.run();
}

}  // namespace

void register_run(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<RunOptions>();
  options->control = default_control_path();
  CLI::App* command = app.add_subcommand("run", "Watch live interfaces as a daemon");
  command
      ->add_option(
          "-i,--interface", options->interfaces,
          "interface to watch; repeatable. By default those of the configuration, else this "
          "machine's bridge, else the interface of its default route")
      ->allow_extra_args(false);
  add_policy_options(*command, options->policy);
  add_home_option(*command, options->home);
  command->add_option("--filter", options->filter, "BPF filter, as for tcpdump");
  command->add_option("--json", options->json,
                      "write every event as a JSON line to this file, - for standard output");
  command->add_option("--store", options->store, "keep events in this store (SQLite)");
  command->add_option("--workers", options->workers, "threads that inspect (1 to 8)")
      ->check(CLI::Range(1, 8));
  command->add_option("--control", options->control, "socket that `telltale reload` asks at")
      ->capture_default_str();
  command->add_flag("--reveal", options->reveal, "show values unmasked");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace telltale
