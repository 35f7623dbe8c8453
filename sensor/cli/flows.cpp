// telltale flows: conversations and how much of what left could be read, newest first.
#include <CLI/CLI.hpp>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/event_view.h"
#include "sensor/cli/store_query.h"

namespace telltale {
namespace {

std::string app_of(const EventView& event) {
  const std::string app = event.text("/app_proto");
  return printable(app.empty() ? event.text("/proto") : app, 16);
}

// How much of what left was read, and why not all of it.
std::string read_of(const EventView& event) {
  const uint64_t out = event.number("/inspection/bytes_out");
  if (out == 0) return "-";
  const uint64_t inspected = event.number("/inspection/bytes_inspected");
  std::string text = std::to_string(100 * inspected / out) + " %";
  const std::string reason = event.text("/inspection/reason_not_inspected");
  if (!reason.empty()) text += ", " + printable(reason, 24);
  return text;
}

std::vector<std::string> cells(const EventView& event) {
  const uint64_t port = event.number("/dest_port");
  return {event.time(),
          event.device(),
          app_of(event),
          event.destination() + (port == 0 ? "" : ":" + std::to_string(port)),
          printable(event.text("/destination/trust"), 10),
          event.place(),
          human_bytes(event.number("/inspection/bytes_out")),
          human_bytes(event.number("/flow/bytes_toclient")),
          read_of(event),
          printable(event.text("/event_id"), 32)};
}

}  // namespace

void register_flows(CLI::App& app, std::function<int()>& chosen) {
  auto query = std::make_shared<StoreQuery>();
  CLI::App* command = add_store_command(app, "flows", "The conversations a store knows of",
                                        {.destination = true, .proto = true}, query);
  command->callback([query, &chosen] {
    chosen = [query] {
      return print_events(*query, EventKind::flow, "flows",
                          {"ended (UTC)", "device", "protocol", "to", "trust", "where",
                           "payload sent", "received", "read", "id"},
                          cells);
    };
  });
}

}  // namespace telltale
