// telltale findings: what sensitive data was seen leaving, newest first.
#include <CLI/CLI.hpp>

#include "sensor/cli/command.h"
#include "sensor/cli/event_view.h"
#include "sensor/cli/store_query.h"

namespace telltale {
namespace {

std::vector<std::string> cells(const EventView& event) {
  return {event.time(),
          event.device(),
          printable(event.text("/finding/type"), 40),
          printable(event.text("/finding/sample"), 28),
          event.destination(),
          printable(event.text("/destination/trust"), 10),
          event.place(),
          event.flag("/finding/cleartext") ? "yes" : "no",
          printable(event.text("/finding/location"), 48),
          printable(event.text("/event_id"), 32)};
}

}  // namespace

void register_findings(CLI::App& app, std::function<int()>& chosen) {
  auto query = std::make_shared<StoreQuery>();
  CLI::App* command =
      add_store_command(app, "findings", "What sensitive data a store has seen leaving",
                        {.data = true, .destination = true}, query);
  command->callback([query, &chosen] {
    chosen = [query] {
      return print_events(*query, EventKind::finding, "findings",
                          {"time (UTC)", "device", "data", "sample", "to", "trust", "where",
                           "in clear", "found in", "id"},
                          cells);
    };
  });
}

}  // namespace telltale
