// The report as one page that needs nothing else: no script, no other file, no network.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/embedded.h"
#include "sensor/base/readable.h"
#include "sensor/report/html.h"
#include "sensor/report/report_writer.h"
#include "sensor/report/world_map.h"

namespace telltale {

std::span<const EmbeddedFile> report_files();

namespace {

// So many rows stand open, so that the page still reads in ten pages however much there is.
constexpr size_t kOpenAlerts = 25;
constexpr size_t kOpenExchanges = 60;
constexpr size_t kOpenAnomalies = 15;
constexpr size_t kOpenSuspicions = 15;
constexpr size_t kOpenInputs = 15;
constexpr size_t kOpenDevices = 20;
constexpr size_t kMostInLead = 5;

std::string_view style_sheet() {
  for (const EmbeddedFile& file : report_files()) {
    if (file.name == "report.css") return file.text;
  }
  return {};
}

std::string counted(uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string trust_cell(const Recipient& to) {
  return fmt::format("<span class=\"{0}\">{0}</span>", name_of(to.trust));
}

std::string clear_cell(uint64_t in_clear, uint64_t all) {
  if (in_clear == 0) return "encrypted";
  return in_clear == all ? "<span class=\"clear\">in clear</span>"
                         : "<span class=\"clear\">partly in clear</span>";
}

std::string host_cell(const Recipient& to) {
  const std::string organisation = label_of(to);
  return organisation == to.host ? escaped(to.host)
                                 : fmt::format("{}<br><span class=\"sub\">{}</span>",
                                               escaped(organisation), escaped(to.host));
}

class Page {
 public:
  Page(const AuditReport& report, const ReportContext& context)
      : report_(report), context_(context), order_(report.sorted_exchanges()) {}

  std::string html() const {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<title>telltale: what left, and to whom</title>\n<style>{}</style></head><body><main>\n"
        "{}{}{}{}{}{}{}{}{}{}{}</main></body></html>\n",
        style_sheet(), summary(), alerts(), exchanges(), map(), coverage(), suspicions(),
        anomalies(), evidence(), devices(), inputs(), method());
  }

 private:
  const Exchange& exchange(size_t place) const { return report_.exchanges()[place]; }
  const Recipient& recipient(const Exchange& row) const {
    return report_.recipients()[row.recipient];
  }
  const ReportedDevice& device(const Exchange& row) const { return report_.devices()[row.device]; }

  std::string summary() const;
  std::string period() const;
  std::string lead() const;
  std::string alerts() const;
  std::string exchanges() const;
  std::string map() const;
  std::string coverage() const;
  std::string suspicions() const;
  std::string anomalies() const;
  std::string evidence() const;
  std::string devices() const;
  std::string inputs() const;
  std::string method() const;

  const AuditReport& report_;
  const ReportContext& context_;
  std::vector<size_t> order_;  // of exchanges
};

std::string Page::period() const {
  const ReportedCapture* first = nullptr;
  const ReportedCapture* last = nullptr;
  for (const ReportedCapture& capture : context_.captures) {
    if (capture.packets == 0) continue;
    if (first == nullptr || capture.first < first->first) first = &capture;
    if (last == nullptr || capture.last > last->last) last = &capture;
  }
  if (first == nullptr) return "no packets";
  return fmt::format("{} to {} UTC", day_and_time(first->first), day_and_time(last->last));
}

// What a person should know who reads nothing else.
std::string Page::lead() const {
  std::set<size_t> senders;
  std::set<size_t> receivers;
  std::set<size_t> unvouched;
  for (const Exchange& row : report_.exchanges()) {
    senders.insert(row.device);
    receivers.insert(row.recipient);
    if (recipient(row).trust != Trust::trusted) unvouched.insert(row.recipient);
  }
  const Ledger& sum = report_.stats().coverage;
  const uint64_t read = sum.clear + sum.decrypted;
  const double share = sum.bytes_out == 0
                           ? 100.0
                           : 100.0 * static_cast<double>(read) / static_cast<double>(sum.bytes_out);
  if (senders.empty()) {
    return fmt::format(
        "<p class=\"lead\">No sensitive data was seen leaving {}. {:.0f} % of what they sent could "
        "be read: no finding is not no leak.</p>\n",
        counted(report_.devices().size(), "device", "devices"), share);
  }
  std::string text = fmt::format(
      "<p class=\"lead\">{} of {} sent contacts, location or identifiers to {}, of which {} "
      "vouched "
      "for by nobody. {:.0f} % of what left could be read.</p>\n<ul>\n",
      counted(senders.size(), "device", "devices"), grouped(report_.devices().size()),
      counted(receivers.size(), "server", "servers"),
      unvouched.size() == 1 ? "1 is" : grouped(unvouched.size()) + " are", share);
  const std::vector<size_t> worst = report_.sorted_alerts();
  for (size_t i = 0; i < std::min(worst.size(), kMostInLead); ++i) {
    const ReportedAlert& alert = report_.alerts()[worst[i]];
    const Recipient& to = report_.recipients()[alert.recipient];
    std::string told;
    for (const std::string& word : alert.told) {
      const auto type = parse_data_type(word);
      told += fmt::format("{}{}", told.empty() ? "" : ", ", type ? words_of(*type) : word);
    }
    text +=
        fmt::format("<li><b>{}</b>: {} to {} ({}), {}</li>\n",
                    escaped(label_of(report_.devices()[alert.device])), escaped(told),
                    escaped(to.host), escaped(place_of(to)), counted(alert.count, "time", "times"));
  }
  return text + "</ul>\n";
}

std::string Page::summary() const {
  const StatsEvent& stats = report_.stats();
  const auto figure = [](uint64_t number, std::string_view what) {
    return fmt::format("<div><b>{}</b><span>{}</span></div>", grouped(number), what);
  };
  return fmt::format(
      "<header><h1>What left, and to whom</h1><p class=\"sub\">{}; {}</p></header>\n{}"
      "<div class=\"figures\">{}{}{}{}{}</div>\n",
      escaped(context_.sensor), period(), lead(), figure(report_.devices().size(), "devices"),
      figure(stats.flows, "connections"), figure(stats.findings, "findings"),
      figure(stats.alerts, "alerts"), figure(stats.anomalies, "unusual behaviour"));
}

std::string Page::alerts() const {
  FoldedTable table({{"sev", "n"},
                     {"device", ""},
                     {"what", "t"},
                     {"to", ""},
                     {"where", ""},
                     {"trust", "t"},
                     {"rule", ""},
                     {"times", "n"},
                     {"first (UTC)", "t"}},
                    kOpenAlerts, "alerts");
  for (const size_t place : report_.sorted_alerts()) {
    const ReportedAlert& alert = report_.alerts()[place];
    const Recipient& to = report_.recipients()[alert.recipient];
    std::string told;
    for (const std::string& word : alert.told) told += (told.empty() ? "" : ", ") + word;
    table.add({std::to_string(alert.severity), escaped(label_of(report_.devices()[alert.device])),
               escaped(told), host_cell(to), escaped(place_of(to)), trust_cell(to),
               escaped(alert.rule), grouped(alert.count), day_and_time(alert.first)});
  }
  if (table.empty()) {
    return "<section><h2>Alerts</h2><p>None: nothing that was found is against the "
           "policy.</p></section>\n";
  }
  return "<section><h2>Alerts</h2><p class=\"sub\">What the policy holds to be worth a person's "
         "time, worst first.</p>\n" +
         table.html() + "</section>\n";
}

std::string Page::exchanges() const {
  FoldedTable table({{"device", ""},
                     {"data", ""},
                     {"recipient", ""},
                     {"address in", ""},
                     {"run from", ""},
                     {"trust", "t"},
                     {"on the way", "t"},
                     {"flows", "n"},
                     {"sure", "n"}},
                    kOpenExchanges, "rows");
  for (const size_t place : order_) {
    const Exchange& row = exchange(place);
    const Recipient& to = recipient(row);
    table.add({escaped(label_of(device(row))), std::string(words_of(row.type)), host_cell(to),
               escaped(to.country), escaped(to.operator_country), trust_cell(to),
               clear_cell(row.in_clear, row.findings), grouped(row.findings),
               fmt::format("{:.0f} %", 100 * row.confidence)});
  }
  if (table.empty()) return {};
  return "<section><h2>Who told whom what</h2><p class=\"sub\">Each device, each type of data, "
         "each "
         "recipient; the least trusted first.</p>\n" +
         table.html() + "</section>\n";
}

std::string Page::map() const {
  CountryCounts by_address;
  CountryCounts by_operator;
  for (const Exchange& row : report_.exchanges()) {
    const Recipient& to = recipient(row);
    if (!to.country.empty()) by_address[to.country] += row.findings;
    if (!to.operator_country.empty()) by_operator[to.operator_country] += row.findings;
  }
  if (by_address.empty() && by_operator.empty()) return {};
  return fmt::format(
      "<section><h2>Where it went</h2>{}<p class=\"sub\"><span class=\"key c3\"></span>countries "
      "the "
      "servers' addresses are in; <span class=\"key c1\"></span>circles: countries of those who "
      "run "
      "them, as far as known</p></section>\n",
      world_map(by_address, by_operator));
}

std::string Page::coverage() const {
  const Ledger& sum = report_.stats().coverage;
  const std::pair<const char*, uint64_t> parts[] = {{"read in clear", sum.clear},
                                                    {"read after decryption", sum.decrypted},
                                                    {"could not be read (opaque)", sum.opaque},
                                                    {"lost by the capture", sum.lost},
                                                    {"skipped", sum.skipped}};
  const auto share = [&](uint64_t bytes) {
    return sum.bytes_out == 0
               ? 0.0
               : 100.0 * static_cast<double>(bytes) / static_cast<double>(sum.bytes_out);
  };
  std::string bar;
  HtmlTable table({{"of what left", ""}, {"bytes", "n"}, {"share", "n"}});
  for (size_t i = 0; i < std::size(parts); ++i) {
    const auto& [words, bytes] = parts[i];
    bar += fmt::format("<i class=\"c{}\" style=\"width:{:.3f}%\"></i>", i, share(bytes));
    table.add({fmt::format("<span class=\"key c{}\"></span>{}", i, words), human_bytes(bytes),
               fmt::format("{:.1f} %", share(bytes))});
  }
  std::string text = fmt::format(
      "<section><h2>What could be seen</h2><p>{} of payload left the devices. No finding is not no "
      "leak: what is opaque, lost or skipped may hold anything.</p><div class=\"bar\" "
      "role=\"img\" aria-label=\"Shares as in the table below\">{}</div>{}",
      human_bytes(sum.bytes_out), bar, table.html());
  if (!report_.not_read().empty()) {
    HtmlTable reasons({{"why it was not read", ""}, {"bytes", "n"}});
    for (const auto& [reason, bytes] : report_.not_read()) {
      reasons.add({escaped(words_of(reason)), human_bytes(bytes)});
    }
    text += reasons.html();
  }
  return text + "</section>\n";
}

std::string Page::suspicions() const {
  FoldedTable table(
      {{"device", ""}, {"app", ""}, {"recipient", ""}, {"known to collect", ""}, {"not read", "n"}},
      kOpenSuspicions, "apps");
  for (const ReportedSuspicion& row : report_.suspicions()) {
    std::string types;
    for (const DataType type : row.suspected->types) {
      types += fmt::format("{}{}", types.empty() ? "" : ", ", words_of(type));
    }
    table.add({escaped(label_of(report_.devices()[row.device])), escaped(row.suspected->app),
               host_cell(report_.recipients()[row.recipient]), escaped(types),
               human_bytes(row.opaque)});
  }
  if (table.empty()) return {};
  return "<section><h2>Suspected, not found</h2><p class=\"sub\">What could not be read went to "
         "servers of these apps, which the catalogue knows to collect such data. It is a hint "
         "where "
         "to look, and no evidence.</p>" +
         table.html() + "</section>\n";
}

std::string Page::anomalies() const {
  FoldedTable table({{"device", ""},
                     {"behaviour", ""},
                     {"with", ""},
                     {"score", "n"},
                     {"evidence", ""},
                     {"when (UTC)", "t"}},
                    kOpenAnomalies, "kinds of behaviour");
  for (const ReportedAnomaly& row : report_.anomalies()) {
    std::string evidence;
    for (const auto& [key, value] : row.anomaly.evidence) {
      evidence += fmt::format("{}{}: {}", evidence.empty() ? "" : "; ", key, value);
    }
    table.add({escaped(label_of(report_.devices()[row.device])), escaped(row.anomaly.type),
               host_cell(report_.recipients()[row.recipient]),
               fmt::format("{:.2f}", row.anomaly.score), escaped(evidence), day_and_time(row.ts)});
  }
  if (table.empty()) return {};
  return "<section><h2>Unusual behaviour</h2>" + table.html() + "</section>\n";
}

std::string Page::evidence() const {
  FoldedTable table({{"time (UTC)", "t"},
                     {"device", ""},
                     {"type", "t"},
                     {"recipient", ""},
                     {"where it stood", ""},
                     {"wrapped in", ""},
                     {"value", ""},
                     {"sure", "n"},
                     {"capture", ""},
                     {"Wireshark", "t"}},
                    0, "findings, each with its evidence");
  for (const Evidence& row : report_.evidence()) {
    const Exchange& of = exchange(row.exchange);
    const Finding& finding = row.finding;
    std::string wrapped;
    for (const std::string& one : finding.encodings) wrapped += (wrapped.empty() ? "" : ", ") + one;
    table.add({day_and_time(row.ts), escaped(label_of(device(of))), escaped(name_of(finding.type)),
               escaped(recipient(of).host),
               fmt::format("<code>{}</code>", escaped(finding.location)), escaped(wrapped),
               escaped(finding.sample), fmt::format("{:.0f} %", 100 * finding.confidence),
               escaped(row.capture),
               fmt::format("<code>{}</code>", escaped(evidence_filter(row)))});
  }
  if (table.empty()) return {};
  std::string text = fmt::format(
      "<section><h2>Evidence</h2><p class=\"sub\">{} Frame numbers are those of the capture "
      "named.</p>\n{}",
      context_.masked ? "Values are masked." : "Values are shown as they were sent.", table.html());
  if (report_.left_out() > 0) {
    text += fmt::format("<p>{} more are counted above and not listed.</p>\n",
                        grouped(report_.left_out()));
  }
  return text + "</section>\n";
}

std::string Page::devices() const {
  std::vector<const ReportedDevice*> sorted;
  for (const ReportedDevice& one : report_.devices()) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return a->findings != b->findings ? a->findings > b->findings : a->bytes_out > b->bytes_out;
  });
  FoldedTable table({{"device", ""},
                     {"vendor", ""},
                     {"MAC", "t"},
                     {"group", ""},
                     {"connections", "n"},
                     {"sent", "n"},
                     {"findings", "n"}},
                    kOpenDevices, "devices");
  for (const ReportedDevice* one : sorted) {
    table.add({escaped(label_of(*one)), escaped(one->vendor), escaped(one->mac),
               escaped(one->group), grouped(one->flows), human_bytes(one->bytes_out),
               grouped(one->findings)});
  }
  return "<section><h2>Devices</h2>" + table.html() + "</section>\n";
}

std::string Page::inputs() const {
  FoldedTable captures({{"capture", ""},
                        {"size", "n"},
                        {"packets", "n"},
                        {"first (UTC)", "t"},
                        {"last (UTC)", "t"},
                        {"SHA-256", ""}},
                       kOpenInputs, "captures");
  for (const ReportedCapture& capture : context_.captures) {
    const bool has_packets = capture.packets > 0;
    captures.add({escaped(capture.file.path), human_bytes(capture.file.bytes),
                  grouped(capture.packets), has_packets ? day_and_time(capture.first) : "",
                  has_packets ? day_and_time(capture.last) : "",
                  fmt::format("<code>{}</code>", capture.file.sha256)});
  }
  std::string text = "<section><h2>What was looked at</h2>" + captures.html();
  HtmlTable files({{"also used", ""}, {"file", ""}, {"SHA-256 or date", ""}});
  for (const ReportedFile& file : context_.keys) {
    files.add({"key log", escaped(file.path), fmt::format("<code>{}</code>", file.sha256)});
  }
  for (const ReportedFile& file : context_.configuration) {
    files.add({"configuration", escaped(file.path), fmt::format("<code>{}</code>", file.sha256)});
  }
  for (const ReportedData& data : context_.data) {
    files.add({"geo data", escaped(fmt::format("{} ({})", data.name, data.type)),
               escaped(data.licence.empty() ? data.built
                                            : fmt::format("{}; {}", data.built, data.licence))});
  }
  for (const std::string& pack : context_.policies) files.add({"policy pack", escaped(pack), ""});
  if (files.rows() > 0) text += files.html();
  if (!context_.problems.empty()) {
    text += "<h3>What was damaged</h3><ul>";
    for (const std::string& problem : context_.problems) {
      text += "<li>" + escaped(problem) + "</li>\n";
    }
    text += "</ul>";
  }
  return text + "</section>\n";
}

std::string Page::method() const {
  std::string libraries;
  for (const auto& [name, version] : context_.libraries) {
    libraries += fmt::format(", {} {}", name, version);
  }
  return fmt::format(
      "<section><h2>Method and limits</h2>"
      "<p>Packets were reassembled into connections. What devices sent was read as far as it was "
      "not "
      "encrypted or its keys were given, unwrapped (compression, base64, JSON, protobuf and "
      "others) and "
      "searched for contacts, location and identifiers by what the data is: check digits, "
      "plausible "
      "values, the names they go by, and what stands beside them. Answers of servers were not "
      "searched. "
      "How sure a finding is was measured on labelled captures.</p>"
      "<p>A verdict comes from the policy ({} rules): who is trusted is the user's own list. Where "
      "an "
      "address is comes from the geo data named above, who runs it from the catalogue; both can be "
      "out of "
      "date. Of encrypted connections only the names, sizes and times are known.</p></section>\n"
      "<footer>telltale {}{}. The same captures, configuration and data give this report again, "
      "byte for "
      "byte.</footer>\n",
      context_.rules, escaped(context_.version), escaped(libraries));
}

}  // namespace

std::string report_html(const AuditReport& report, const ReportContext& context) {
  return Page(report, context).html();
}

}  // namespace telltale
