// telltale devices: every device a store knows, with what it added up to since it was first seen.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/store_query.h"

namespace telltale {
namespace {

std::vector<std::string> cells(const DeviceRow& row) {
  const Activity& sums = row.activity;
  return {device_label(row.name, row.ip, row.mac),
          row.vendor.empty() ? "-" : printable(row.vendor, 24),
          row.group.empty() ? "-" : printable(row.group, 16),
          day_and_time(sums.first_seen),
          day_and_time(sums.last_seen),
          grouped(sums.flows),
          human_bytes(sums.bytes_out),
          grouped(sums.findings),
          grouped(sums.alerts),
          joined(row.types)};
}

int devices(StoreQuery& query) {
  const std::unique_ptr<StoreReader> store = open_store(query);
  Table table({"device", "vendor", "group", "first seen (UTC)", "last seen (UTC)", "flows", "sent",
               "findings", "alerts", "sensitive data seen leaving"});
  const RowSort sort = parse_row_sort(query.sort).value_or(RowSort::last_seen);
  const bool more = each_page(query, [&](const Page& page) {
    const Paged<DeviceRow> rows = store->devices(query.filter, sort, page);
    for (const DeviceRow& row : rows.rows) {
      if (query.json) {
        fmt::print("{}\n", to_json(row));
      } else {
        table.add(cells(row));
      }
    }
    return rows.next;
  });
  if (!query.json) print_table(table, more, "devices", query, *store);
  return kExitDone;
}

}  // namespace

void register_devices(CLI::App& app, std::function<int()>& chosen) {
  auto query = std::make_shared<StoreQuery>();
  CLI::App* command =
      add_store_command(app, "devices", "The devices a store knows", {.sort = true}, query);
  command->callback([query, &chosen] { chosen = [query] { return devices(*query); }; });
}

}  // namespace telltale
