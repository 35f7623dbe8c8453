// telltale diff: what an app or a device tells now that it did not tell before.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sensor/base/json_text.h"
#include "sensor/cli/command.h"
#include "sensor/cli/terminal.h"
#include "sensor/report/compare.h"

namespace telltale {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  bool across_devices = false;
  bool json = false;
};

void put_row(JsonText& out, std::string_view name, const ToldRow& row) {
  if (row.type.empty()) return;
  out.begin_object(name);
  out.string("device", row.device);
  out.string("type", row.type);
  out.string("hostname", row.host);
  out.string("country", row.country);
  out.string("operator_country", row.operator_country);
  out.string("trust", row.trust);
  out.integer("findings", row.findings);
  out.integer("in_clear", row.in_clear);
  out.end_object();
}

std::string as_json(const std::vector<Difference>& differences) {
  JsonText out;
  out.begin_object();
  out.array("differences", differences, [&](const Difference& difference) {
    out.begin_object();
    out.string("change", name_of(difference.change));
    out.boolean("worse", difference.is_worse);
    put_row(out, "before", difference.before);
    put_row(out, "after", difference.after);
    out.strings("what", difference.what);
    out.end_object();
  });
  out.end_object();
  return out.take() + "\n";
}

double share_read(const ReadReport& report) {
  if (report.bytes_out == 0) return 100;
  return 100 * static_cast<double>(report.bytes_read) / static_cast<double>(report.bytes_out);
}

std::string as_text(const std::vector<Difference>& differences, const DiffOptions& options) {
  if (differences.empty()) return "Nothing differs: the same data went to the same servers.\n";
  std::vector<std::string> header = {"", "data", "to", "in", "trust", "what"};
  if (!options.across_devices) header.insert(header.begin() + 1, "device");
  Table table(header);
  for (const Difference& difference : differences) {
    const bool is_gone = difference.change == Change::disappeared;
    const ToldRow& row = is_gone ? difference.before : difference.after;
    std::string what;
    for (const std::string& one : difference.what) what += (what.empty() ? "" : "; ") + one;
    if (difference.change == Change::appeared) {
      what = row.in_clear > 0 ? "new, without encryption" : "new";
    }
    if (is_gone) what = "no longer";
    std::vector<std::string> cells = {is_gone               ? "-"
                                      : difference.is_worse ? "+"
                                                            : "~",
                                      printable(row.type, 20),
                                      printable(row.host, 40),
                                      printable(row.country, 4),
                                      printable(row.trust, 10),
                                      printable(what, 60)};
    if (!options.across_devices) {
      const std::string& name = row.device_name.empty() ? row.device : row.device_name;
      cells.insert(cells.begin() + 1, printable(name, 24));
    }
    table.add(std::move(cells));
  }
  return table.text("  ");
}

int diff(const DiffOptions& options) {
  const ReadReport before = read_report(options.before);
  const ReadReport after = read_report(options.after);
  const std::vector<Difference> differences = compare(before, after, options.across_devices);
  if (options.json) {
    std::fputs(as_json(differences).c_str(), stdout);
  } else {
    std::fputs(as_text(differences, options).c_str(), stdout);
    fmt::print("Could be read: {:.0f} % of what left before, {:.0f} % after.\n", share_read(before),
               share_read(after));
  }
  for (const Difference& difference : differences) {
    if (difference.is_worse) return kExitFailOn;
  }
  return kExitDone;
}

}  // namespace

void register_diff(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand(
      "diff",
      "Compare two reports (JSON): exit status 1 where something is told now that was not before, "
      "or less safely");
  command->add_option("BEFORE", options->before, "written by telltale audit --report FILE.json")
      ->required();
  command->add_option("AFTER", options->after, "likewise")->required();
  command->add_flag("--across-devices", options->across_devices,
                    "do not tell devices apart, as for two different phones");
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options, &chosen] { chosen = [options] { return diff(*options); }; });
}

}  // namespace telltale
