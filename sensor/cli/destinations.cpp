// telltale destinations: whom each device talked to, and what it told them.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/event_view.h"
#include "sensor/cli/store_query.h"

namespace telltale {
namespace {

std::vector<std::string> cells(const DestinationRow& row, EventView& device) {
  const Activity& sums = row.activity;
  device.read("{\"device\":" + (row.device_json.empty() ? "{}" : row.device_json) + "}");
  return {printable(row.name, 40),
          place_label(row.country, row.as_org, row.operator_name, row.operator_country),
          row.trust,
          row.app.empty() ? "-" : printable(row.app, 24),
          device.device(),
          day_and_time(sums.last_seen),
          grouped(sums.flows),
          human_bytes(sums.bytes_out),
          grouped(sums.findings),
          grouped(sums.alerts),
          joined(row.types)};
}

int destinations(StoreQuery& query) {
  const std::unique_ptr<StoreReader> store = open_store(query);
  Table table({"to", "where", "trust", "app", "device", "last seen (UTC)", "flows", "sent",
               "findings", "alerts", "was told"});
  const RowSort sort = parse_row_sort(query.sort).value_or(RowSort::last_seen);
  EventView device;
  const bool more = each_page(query, [&](const Page& page) {
    const Paged<DestinationRow> rows = store->destinations(query.filter, sort, page);
    for (const DestinationRow& row : rows.rows) {
      if (query.json) {
        fmt::print("{}\n", to_json(row));
      } else {
        table.add(cells(row, device));
      }
    }
    return rows.next;
  });
  if (!query.json) print_table(table, more, "destinations", query, *store);
  return kExitDone;
}

}  // namespace

void register_destinations(CLI::App& app, std::function<int()>& chosen) {
  auto query = std::make_shared<StoreQuery>();
  CLI::App* command =
      add_store_command(app, "destinations", "Whom the devices in a store talked to",
                        {.data = true, .destination = true, .sort = true}, query);
  command->callback([query, &chosen] { chosen = [query] { return destinations(*query); }; });
}

}  // namespace telltale
