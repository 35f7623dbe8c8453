#include "sensor/cli/store_query.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/config.h"
#include "sensor/base/readable.h"
#include "sensor/base/time_text.h"
#include "sensor/cli/command.h"
#include "sensor/cli/event_view.h"
#include "sensor/model/taxonomy.h"

namespace telltale {
namespace {

constexpr size_t kTableRows = 50;
constexpr size_t kPageRows = 500;

Timestamp now() { return std::chrono::system_clock::now(); }

// "24h" ago, or a time of its own.
std::optional<Timestamp> moment_of(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  if (const auto time = parse_moment(text, now())) return time;
  throw UsageError(fmt::format(
      "telltale: {} {}: not a time; write 30m, 24h, 7d, 2w, 2026-11-23 or 2026-11-23T21:00 (UTC)",
      option, printable(text, 60)));
}

std::string store_path(const StoreQuery& query) {
  if (!query.store.empty()) return query.store;
  if (query.config.empty()) return kDefaultStore;
  const Config config = load_config(query.config);
  if (config.store.path.empty()) {
    throw UsageError("telltale: " + query.config +
                     ": names no store; add store: {path: ...}, or use --store");
  }
  return config.store.path;
}

bool is_filtered(const EventFilter& filter) {
  for (const std::string* text :
       {&filter.device, &filter.destination, &filter.data_class, &filter.type, &filter.trust,
        &filter.country, &filter.operator_country, &filter.app, &filter.operator_name,
        &filter.app_proto}) {
    if (!text->empty()) return true;
  }
  return filter.severity > 0;
}

std::string empty_state(std::string_view what, const StoreQuery& query, StoreReader& store) {
  const StoreSummary summary = store.summary();
  if (!summary.newest) {
    return fmt::format(
        "No {}: this store is empty. telltale run fills it, or telltale audit CAPTURE --store "
        "FILE.\n",
        what);
  }
  if (query.filter.since && *summary.newest < *query.filter.since) {
    const std::string newest = day_and_time(*summary.newest);
    return fmt::format(
        "No {} since {} UTC. The newest event in this store is of {} UTC: leave --since out, or "
        "use --since {}.\n",
        what, day_and_time(*query.filter.since), newest, newest.substr(0, 10));
  }
  if (is_filtered(query.filter) || query.filter.since || query.filter.until) {
    return fmt::format("No {} match. This store reaches from {} to {} UTC.\n", what,
                       day_and_time(*summary.oldest), day_and_time(*summary.newest));
  }
  return fmt::format("No {} in this store, which reaches from {} to {} UTC.\n", what,
                     day_and_time(*summary.oldest), day_and_time(*summary.newest));
}

template <typename Names>
CLI::Validator one_of(Names names) {
  return CLI::IsMember(names, CLI::ignore_case);
}

void add_data_options(CLI::App& command, EventFilter& filter) {
  std::vector<std::string> types;
  for (size_t i = 0; i < kDataTypeCount; ++i) types.emplace_back(name_of(static_cast<DataType>(i)));
  std::vector<std::string> classes;
  for (size_t i = 0; i < kDataClassCount; ++i)
    classes.emplace_back(name_of(static_cast<DataClass>(i)));
  command
      .add_option("--class", filter.data_class,
                  "only this class of data: contacts, location, identifiers")
      ->check(one_of(classes).description(""));
  command.add_option("--type", filter.type, "only this type of data: imei, coordinates, ...")
      ->check(one_of(types).description(""));
}

void add_destination_options(CLI::App& command, EventFilter& filter) {
  command.add_option("--destination", filter.destination,
                     "only servers with this in their name, or this address");
  command
      .add_option("--trust", filter.trust,
                  "only servers of this trust: trusted, unknown, untrusted")
      ->check(one_of(std::vector<std::string>{"trusted", "unknown", "untrusted"}).description(""));
  command.add_option("--country", filter.country, "only servers in this country (CN)");
  command.add_option("--operator", filter.operator_name, "only servers run by this operator");
  command.add_option("--operator-country", filter.operator_country,
                     "only servers whose operator is of this country");
  command.add_option("--app", filter.app, "only servers of this app");
}

}  // namespace

CLI::App* add_store_command(CLI::App& app, const std::string& name, const std::string& help,
                            const Asks& asks, const std::shared_ptr<StoreQuery>& query) {
  CLI::App* command = app.add_subcommand(name, help);
  EventFilter& filter = query->filter;
  command->add_option("--store", query->store,
                      "the store to read (default " + std::string(kDefaultStore) + ")");
  command->add_option("-c,--config", query->config, "a configuration that names the store");
  command->add_option("--since", query->since,
                      "from this time on: 24h ago, 7d ago, 2026-11-23, 2026-11-23T21:00 (UTC)");
  command->add_option("--until", query->until, "up to this time, written likewise");
  command->add_option("--device", filter.device, "only this device: its id, MAC, address or name");
  if (asks.data) add_data_options(*command, filter);
  if (asks.destination) add_destination_options(*command, filter);
  if (asks.severity) {
    command
        ->add_option("--severity", filter.severity, "only alerts this severe or worse: 1, 2 or 3")
        ->check(CLI::Range(1, 3).description(""));
  }
  if (asks.proto)
    command->add_option("--proto", filter.app_proto,
                        "only this application protocol: http, tls, dns, ...");
  if (asks.sort) {
    command
        ->add_option("--sort", query->sort,
                     "by last_seen, first_seen, bytes_out, findings, alerts or name")
        ->check(one_of(std::vector<std::string>{"last_seen", "first_seen", "bytes_out", "findings",
                                                "alerts", "name"})
                    .description(""));
  }
  command->add_flag("--json", query->json, "JSON lines with the names of the events, all of them");
  command->add_option("--limit", query->limit,
                      "at most so many rows; a table shows 50 unless told, 0 is all");
  return command;
}

std::unique_ptr<StoreReader> open_store(StoreQuery& query) {
  query.filter.since = moment_of(query.since, "--since");
  query.filter.until = moment_of(query.until, "--until");
  query.store = store_path(query);
  return std::make_unique<StoreReader>(query.store);
}

bool each_page(const StoreQuery& query, const FetchPage& fetch) {
  size_t left = query.limit.value_or(query.json ? 0 : kTableRows);
  if (left == 0) left = SIZE_MAX;
  Page page;
  do {
    page.limit = std::min(left, kPageRows);
    page.cursor = fetch(page);
    left -= page.limit;
  } while (!page.cursor.empty() && left > 0);
  return !page.cursor.empty();
}

void print_table(const Table& table, bool more, std::string_view what, const StoreQuery& query,
                 StoreReader& store) {
  if (table.empty()) {
    std::fputs(empty_state(what, query, store).c_str(), stdout);
    return;
  }
  std::fputs(table.text("").c_str(), stdout);
  if (more) fmt::print("and more {}: --limit 0 shows all\n", what);
}

int print_events(StoreQuery& query, EventKind kind, std::string_view what,
                 std::vector<std::string> columns, const Cells& cells) {
  const std::unique_ptr<StoreReader> store = open_store(query);
  Table table(std::move(columns));
  EventView view;
  const bool more = each_page(query, [&](const Page& page) {
    const Paged<EventRow> rows = store->events(kind, query.filter, page);
    for (const EventRow& row : rows.rows) {
      if (query.json) {
        fmt::print("{}\n", row.json);
        continue;
      }
      view.read(row.json);
      table.add(cells(view));
    }
    return rows.next;
  });
  if (!query.json) print_table(table, more, what, query, *store);
  return kExitDone;
}

std::string device_label(std::string_view name, std::string_view ip, std::string_view mac) {
  if (!name.empty()) return printable(name, 24) + " (" + printable(ip, 45) + ")";
  std::string label = printable(ip, 45);
  if (!mac.empty()) label += " (" + printable(mac, 17) + ")";
  return label;
}

std::string place_label(std::string_view country, std::string_view as_org,
                        std::string_view operator_name, std::string_view operator_country) {
  std::string place = country.empty() ? "-" : printable(country, 2);
  if (!as_org.empty()) place += " " + printable(as_org, 24);
  if (!operator_name.empty()) {
    place += ", run by " + printable(operator_name, 24);
    if (!operator_country.empty()) place += " (" + printable(operator_country, 2) + ")";
  }
  return place;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + printable(word, 40);
  return text.empty() ? "-" : text;
}

}  // namespace telltale
