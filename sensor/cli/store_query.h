// What the commands that read a store have in common: their options, the tables and JSON lines they
// print, and what they say when there is nothing to print.
//
// To add such a command: an option set (Asks), a function that fetches pages, and a line in
// commands.inc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/cli/terminal.h"
#include "sensor/store/queries.h"

namespace CLI {
class App;
}

namespace telltale {

inline constexpr const char* kDefaultStore = "/var/lib/telltale/telltale.db";

struct StoreQuery {
  std::string store;
  std::string config;
  std::string since;
  std::string until;
  EventFilter filter;
  std::string sort = "last_seen";
  bool json = false;
  std::optional<size_t> limit;
};

// Which filters a command takes beside the time and the device.
struct Asks {
  bool data = false;  // --class, --type
  bool destination =
      false;  // --destination, --trust, --country, --operator, --operator-country, --app
  bool severity = false;
  bool proto = false;  // --proto
  bool sort = false;
};

CLI::App* add_store_command(CLI::App& app, const std::string& name, const std::string& help,
                            const Asks& asks, const std::shared_ptr<StoreQuery>& query);

// Opens the store that `query` means and puts its times into its filter. Throws UsageError,
// StoreError.
std::unique_ptr<StoreReader> open_store(StoreQuery& query);

// Fetches `page` and passes each of its rows on; the cursor of the next one.
using FetchPage = std::function<std::string(const Page& page)>;

// Pages through until the limit of `query` is reached; true when there is more behind it.
bool each_page(const StoreQuery& query, const FetchPage& fetch);

// Prints the table, or what to do when it is empty. `what` is a plural: "findings".
void print_table(const Table& table, bool more, std::string_view what, const StoreQuery& query,
                 StoreReader& store);

// The table of events of `kind`, or their lines; `columns` is the header, `cells` a row of it.
class EventView;
using Cells = std::function<std::vector<std::string>(const EventView&)>;
int print_events(StoreQuery& query, EventKind kind, std::string_view what,
                 std::vector<std::string> columns, const Cells& cells);

// Texts of a table.
std::string device_label(std::string_view name, std::string_view ip, std::string_view mac);
std::string place_label(std::string_view country, std::string_view as_org,
                        std::string_view operator_name, std::string_view operator_country);
std::string joined(const std::vector<std::string>& words);  // "a, b"; "-" when there are none

}  // namespace telltale
