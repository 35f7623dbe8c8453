// A line a finding (RFC 4180), for a spreadsheet.
#include <fmt/format.h>

#include "sensor/report/report_writer.h"

namespace telltale {
namespace {

// A cell. What a spreadsheet would take for a formula (and run) gets an apostrophe before it.
std::string cell(std::string_view text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string quoted = is_formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string report_csv(const AuditReport& report, const ReportContext&) {
  std::string text =
      "timestamp,device,device_name,device_ip,class,type,confidence,count,destination,ip,country,"
      "asn,"
      "as_org,app,operator,operator_country,trust,cleartext,location,encodings,sample,fingerprint,"
      "capture,packet,event_id\r\n";
  for (const Evidence& evidence : report.evidence()) {
    const Exchange& row = report.exchanges()[evidence.exchange];
    const ReportedDevice& device = report.devices()[row.device];
    const Recipient& to = report.recipients()[row.recipient];
    const Finding& finding = evidence.finding;
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
        to_iso8601(evidence.ts), cell(device.id), cell(device.name), cell(device.ip),
        name_of(class_of(finding.type)), name_of(finding.type), finding.confidence, finding.count,
        cell(to.host), cell(to.ip), cell(to.country), to.asn, cell(to.as_org), cell(to.app),
        cell(to.operator_name), cell(to.operator_country), name_of(to.trust),
        finding.cleartext ? "true" : "false", cell(finding.location),
        cell(joined(finding.encodings)), cell(finding.sample), cell(finding.fingerprint),
        cell(evidence.capture), finding.packet.number, evidence.event_id);
  }
  return text;
}

}  // namespace telltale
