// telltale explain: why an alert or a finding came to its verdict, from the events an audit or a
// sensor wrote, as JSON lines or into a store.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "sensor/cli/command.h"
#include "sensor/cli/explain_text.h"
#include "sensor/cli/policy_options.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/read_event.h"
#include "sensor/store/queries.h"

namespace telltale {
namespace {

struct ExplainOptions {
  std::string id;
  std::string events;
  std::string store;
  PolicyOptions policy;
  bool json = false;
};

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

std::optional<Event> event_in_lines(const ExplainOptions& options) {
  const std::unique_ptr<std::FILE, CloseFile> file(
      options.events == "-" ? stdin : std::fopen(options.events.c_str(), "re"));
  if (file == nullptr) {
    throw UsageError("telltale: --events " + options.events +
                     ": cannot be read: " + std::strerror(errno));
  }
  return find_event(file.get(), options.id);
}

std::optional<Event> event_in_store(const ExplainOptions& options) {
  const auto row = StoreReader(options.store).find_event(options.id);
  return row ? read_event(row->json) : std::nullopt;
}

Event event_of(const ExplainOptions& options) {
  if (options.events.empty() == options.store.empty()) {
    throw UsageError("telltale: explain needs one of --events FILE and --store FILE");
  }
  const bool in_store = options.events.empty();
  auto event = in_store ? event_in_store(options) : event_in_lines(options);
  if (!event) {
    throw UsageError("telltale: no event in " + (in_store ? options.store : options.events) +
                     " has the id " +
                     printable(options.id) + "; ids are the event_id of finding and alert events");
  }
  if (!event->device || !event->destination) {
    throw UsageError("telltale: the event " + printable(options.id) +
                     " has no device and destination; name a finding, an alert or an anomaly");
  }
  return std::move(*event);
}

int run(const ExplainOptions& options) {
  const Event event = event_of(options);
  const Config config = load_policy(options.policy);
  const JudgingPolicy policy(config);
  const Explanation explanation = explain(event, policy.view());
  const std::string text =
      options.json ? to_json(explanation) + "\n" : explanation_text(explanation);
  std::fputs(text.c_str(), stdout);
  return kExitDone;
}

}  // namespace

void register_explain(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand(
      "explain", "Say why an alert or finding came to its verdict: every list and rule consulted");
  auto options = std::make_shared<ExplainOptions>();
  command->add_option("ID", options->id, "event_id of a finding, an alert, a notice or an anomaly")
      ->required();
  command->add_option("--events", options->events,
                      "JSON lines of an audit or a sensor, - for standard input");
  command->add_option("--store", options->store, "or a store that has the event");
  add_policy_options(*command, options->policy);
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace telltale
