#include "sensor/cli/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "sensor/base/readable.h"
#include "sensor/cli/terminal.h"

namespace telltale {
namespace {

constexpr size_t kMaxRows = 40;  // more are counted; the JSON has them all

std::string label_of(const Device& device) {
  const std::string address = device.ip.to_string();
  if (!device.name.empty()) return printable(device.name, 24) + " (" + address + ")";
  return device.mac.empty() ? address : address + " (" + device.mac + ")";
}

std::string where_of(const Destination& destination) {
  std::string where = destination.country.empty() ? "-" : destination.country;
  if (!destination.as_org.empty()) where += " " + printable(destination.as_org, 24);
  if (!destination.operator_name.empty()) {
    where += ", run by " + printable(destination.operator_name, 24);
    if (!destination.operator_country.empty()) where += " (" + destination.operator_country + ")";
  }
  return where;
}

std::string percent(uint64_t part, uint64_t whole) {
  if (part == 0 || whole == 0) return "";
  return fmt::format(" ({:.0f} %)", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

void Summary::take(const Event& event) {
  // A DHCP client without an address yet is no device of its own.
  if (event.device && !event.device->ip.is_unspecified()) {
    DeviceRow& row = row_of(event.device->id);
    if (row.label.empty() || std::holds_alternative<DeviceEvent>(event.payload)) {
      row.label = label_of(*event.device);
    }
    if (const auto* finding = std::get_if<FindingEvent>(&event.payload)) {
      row.types.emplace(name_of(finding->finding.type));
    }
    if (std::holds_alternative<FlowEvent>(event.payload)) {
      ++row.flows;
      row.bytes_out += event.flow->ledger.bytes_out;
    }
  }
  if (std::holds_alternative<FindingEvent>(event.payload)) ++findings_;
  if (std::holds_alternative<AnomalyEvent>(event.payload)) ++anomalies_;
  if (std::holds_alternative<FlowEvent>(event.payload)) {
    const Ledger& ledger = event.flow->ledger;
    if (ledger.opaque + ledger.skipped > 0) not_read_[ledger.reason] += ledger.opaque + ledger.skipped;
    take_suspicion(event);
  }
  if (const auto* alert = std::get_if<AlertEvent>(&event.payload)) {
    AlertRow row;
    row.severity = alert->verdict.severity;
    row.device = label_of(*event.device);
    for (const Finding& finding : alert->findings) {
      row.what += (row.what.empty() ? "" : ", ") + std::string(name_of(finding.type));
      row.cleartext &= finding.cleartext;
    }
    if (row.what.empty()) row.what = alert->anomaly.empty() ? "contact" : alert->anomaly;
    if (alert->findings.empty()) row.cleartext = false;
    const Destination& to = *event.destination;
    row.server = printable(to.hostname.empty() ? to.ip.to_string() : to.hostname, 40);
    row.where = where_of(to);
    row.trust = name_of(to.trust);
    row.count = alert->count;
    alerts_.push_back(std::move(row));
  }
  if (const auto* stats = std::get_if<StatsEvent>(&event.payload)) stats_ = *stats;
}

void Summary::take_suspicion(const Event& event) {
  const auto& suspected = std::get<FlowEvent>(event.payload).suspected;
  if (suspected == nullptr || !event.device) return;
  auto& [types, bytes] = suspected_[{row_of(event.device->id).label, suspected->app}];
  bytes += event.flow->ledger.opaque;
  if (!types.empty()) return;
  for (const DataType type : suspected->types) types += (types.empty() ? "" : ", ") + std::string(name_of(type));
}

Summary::DeviceRow& Summary::row_of(const std::string& id) {
  const auto hash = static_cast<uint32_t>(hash64(id, hash_key_));
  const uint32_t found = index_.find(hash, [&](uint32_t i) { return devices_[i].id == id; });
  if (found != HashIndex::kNone) return devices_[found];
  index_.insert(hash, static_cast<uint32_t>(devices_.size()));
  devices_.emplace_back().id = id;
  return devices_.back();
}

std::string Summary::text(const std::vector<CaptureInfo>& captures, bool geo_loaded) const {
  std::string all = inputs(captures) + coverage() + devices() + suspicions() + alert_table();
  if (!geo_loaded) {
    all += "\nCountries are not told: there is no geo database; telltale geoip build makes one of open data.\n";
  }
  return all;
}

std::string Summary::inputs(const std::vector<CaptureInfo>& captures) const {
  std::string all = "Inputs\n";
  const CaptureInfo* earliest = nullptr;
  const CaptureInfo* latest = nullptr;
  Table table({"capture", "size", "packets"});
  for (const CaptureInfo& capture : captures) {
    if (capture.packets > 0) {
      if (earliest == nullptr || capture.first_ts < earliest->first_ts) earliest = &capture;
      if (latest == nullptr || capture.last_ts > latest->last_ts) latest = &capture;
    }
    if (&capture - captures.data() < static_cast<std::ptrdiff_t>(kMaxRows)) {
      table.add({printable(capture.path, 60), human_bytes(capture.bytes), grouped(capture.packets)});
    }
  }
  all += table.text("  ");
  if (captures.size() > kMaxRows) all += fmt::format("  and {} more\n", captures.size() - kMaxRows);
  if (earliest != nullptr) {
    all += fmt::format("  from {} to {} UTC\n", day_and_time(earliest->first_ts),
                       day_and_time(latest->last_ts));
  }
  all += fmt::format("  {} packets, {} flows\n\n", grouped(stats_.packets), grouped(stats_.flows));
  return all;
}

std::string Summary::coverage() const {
  const Ledger& sum = stats_.coverage;
  std::string all = fmt::format("What left the devices: {} of payload\n", human_bytes(sum.bytes_out));
  Table table({"read in clear", "decrypted", "opaque", "lost", "skipped"});
  const auto cell = [&](uint64_t bytes) { return human_bytes(bytes) + percent(bytes, sum.bytes_out); };
  table.add({cell(sum.clear), cell(sum.decrypted), cell(sum.opaque), cell(sum.lost), cell(sum.skipped)});
  all += table.text("  ");
  if (!not_read_.empty()) {
    all += "  not read because:";
    for (const auto& [reason, bytes] : not_read_) {
      all += fmt::format(" {} {};", name_of(reason), human_bytes(bytes));
    }
    all.back() = '\n';
  }
  return all + "\n";
}

std::string Summary::devices() const {
  if (devices_.empty()) return "No device was seen.\n\n";
  std::vector<const DeviceRow*> rows;
  for (const DeviceRow& row : devices_) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const DeviceRow* a, const DeviceRow* b) {
    if (a->types.size() != b->types.size()) return a->types.size() > b->types.size();
    return a->bytes_out != b->bytes_out ? a->bytes_out > b->bytes_out : a->label < b->label;
  });
  Table table({"device", "flows", "sent", "sensitive data seen leaving"});
  for (size_t i = 0; i < std::min(rows.size(), kMaxRows); ++i) {
    std::string types;
    for (const std::string& type : rows[i]->types) types += (types.empty() ? "" : ", ") + type;
    table.add({rows[i]->label, grouped(rows[i]->flows), human_bytes(rows[i]->bytes_out),
               types.empty() ? "-" : types});
  }
  std::string all = fmt::format("Devices ({})\n", devices_.size()) + table.text("  ");
  if (rows.size() > kMaxRows) all += fmt::format("  and {} more\n", rows.size() - kMaxRows);
  return all + "\n";
}

std::string Summary::suspicions() const {
  if (suspected_.empty()) return {};
  std::vector<const decltype(suspected_)::value_type*> rows;
  for (const auto& row : suspected_) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto* a, const auto* b) { return a->second.second > b->second.second; });
  Table table({"device", "app", "not read", "known to collect"});
  for (size_t i = 0; i < std::min(rows.size(), kMaxRows); ++i) {
    const auto& [who, what] = *rows[i];
    table.add({who.first, printable(who.second, 40), human_bytes(what.second), what.first});
  }
  std::string all =
      "Suspected, not found: what the catalogue knows apps to collect whose traffic could not be read\n" + table.text("  ");
  if (rows.size() > kMaxRows) all += fmt::format("  and {} more\n", rows.size() - kMaxRows);
  return all + "\n";
}

std::string Summary::alert_table() const {
  if (alerts_.empty()) {
    return fmt::format(
        "No alerts. {} findings, {} anomalies. What could not be read is told above: no finding is not "
        "no leak.\n",
        findings_, anomalies_);
  }
  std::vector<const AlertRow*> rows;
  for (const AlertRow& row : alerts_) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const AlertRow* a, const AlertRow* b) {
    return a->severity < b->severity;
  });
  Table table({"sev", "device", "sent", "to", "trust", "where", "in clear", "times"});
  for (size_t i = 0; i < std::min(rows.size(), kMaxRows); ++i) {
    const AlertRow& row = *rows[i];
    table.add({std::to_string(row.severity), row.device, row.what, row.server, row.trust, row.where,
               row.cleartext ? "yes" : "no", grouped(row.count)});
  }
  std::string all = fmt::format("Alerts ({}; {} findings in all)\n", alerts_.size(), findings_) +
                    table.text("  ");
  if (rows.size() > kMaxRows) all += fmt::format("  and {} more\n", rows.size() - kMaxRows);
  if (stats_.notices > 0) {
    all += fmt::format("  {} notices: worth knowing, not worth a person's time\n", grouped(stats_.notices));
  }
  return all;
}

}  // namespace telltale
