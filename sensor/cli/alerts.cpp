// telltale alerts: what the policy held to be worth a person's time, newest first; with --notices,
// what it held to be worth knowing.
#include <CLI/CLI.hpp>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/event_view.h"
#include "sensor/cli/store_query.h"

namespace telltale {
namespace {

std::vector<std::string> cells(const EventView& event) {
  std::vector<std::string> sent = event.texts("/verdict/findings", "type");
  const std::string anomaly = event.text("/verdict/anomaly");
  if (!anomaly.empty()) sent.push_back(anomaly);
  return {event.time(),
          std::to_string(event.number("/alert/severity")),
          event.device(),
          joined(sent),
          event.destination(),
          printable(event.text("/destination/trust"), 10),
          event.place(),
          grouped(event.number("/verdict/count")),
          printable(event.text("/verdict/rule"), 40),
          printable(event.text("/event_id"), 32)};
}

}  // namespace

void register_alerts(CLI::App& app, std::function<int()>& chosen) {
  auto query = std::make_shared<StoreQuery>();
  CLI::App* command =
      add_store_command(app, "alerts", "What a store holds to be worth a person's time",
                        {.data = true, .destination = true, .severity = true}, query);
  auto notices = std::make_shared<bool>(false);
  command->add_flag("--notices", *notices,
                    "what is worth knowing and not worth a person's time, instead of alerts");
  command->callback([query, notices, &chosen] {
    chosen = [query, notices] {
      return print_events(
          *query, *notices ? EventKind::notice : EventKind::alert, *notices ? "notices" : "alerts",
          {"time (UTC)", "sev", "device", "sent", "to", "trust", "where", "times", "rule", "id"},
          cells);
    };
  });
}

}  // namespace telltale
