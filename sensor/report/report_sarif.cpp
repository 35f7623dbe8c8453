// SARIF 2.1.0 (OASIS), a result a finding: for dashboards and reviews of code that show such files.
#include <set>

#include <fmt/format.h>

#include "sensor/base/json_text.h"
#include "sensor/report/report_writer.h"

namespace telltale {
namespace {

std::string_view level_of(Trust trust) {
  switch (trust) {
    case Trust::untrusted:
      return "error";
    case Trust::unknown:
      return "warning";
    case Trust::trusted:
      break;
  }
  return "note";
}

void put_text(JsonText& out, std::string_view name, std::string_view text) {
  out.begin_object(name);
  out.string("text", text);
  out.end_object();
}

// One for each type that was found.
void put_rules(JsonText& out, const AuditReport& report) {
  std::set<DataType> types;
  for (const Evidence& evidence : report.evidence()) types.insert(evidence.finding.type);
  out.array("rules", types, [&](DataType type) {
    out.begin_object();
    out.string("id", fmt::format("{}/{}", name_of(class_of(type)), name_of(type)));
    put_text(out, "shortDescription", fmt::format("{} left a device", words_of(type)));
    out.end_object();
  });
}

// A path as a relative or absolute URI reference (RFC 3986 section 2.1).
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || byte == '/' || byte == '.' ||
                          byte == '-' || byte == '_' || byte == '~';
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

void put_result(JsonText& out, const AuditReport& report, const Evidence& evidence) {
  const Exchange& row = report.exchanges()[evidence.exchange];
  const Finding& finding = evidence.finding;
  const Recipient& to = report.recipients()[row.recipient];
  out.begin_object();
  out.string("ruleId",
             fmt::format("{}/{}", name_of(class_of(finding.type)), name_of(finding.type)));
  out.string("level", level_of(to.trust));
  put_text(out, "message",
           fmt::format("{} sent {} to {} ({}){}", label_of(report.devices()[row.device]),
                       words_of(finding.type), to.host, place_of(to),
                       finding.cleartext ? " without encryption" : ""));
  out.begin_array("locations");
  out.begin_object();
  out.begin_object("physicalLocation");
  out.begin_object("artifactLocation");
  out.string("uri", uri_of(evidence.capture));
  out.end_object();
  out.end_object();
  out.begin_array("logicalLocations");
  out.begin_object();
  out.string("fullyQualifiedName",
             fmt::format("frame {}: {}", finding.packet.number, finding.location));
  out.end_object();
  out.end_array();
  out.end_object();
  out.end_array();
  out.begin_object("partialFingerprints");
  out.string("telltale/event", evidence.event_id);
  out.end_object();
  out.begin_object("properties");
  out.string("timestamp", to_iso8601(evidence.ts));
  out.real("confidence", finding.confidence);
  out.integer("packet", finding.packet.number);
  out.string("trust", name_of(to.trust));
  out.string_if("sample", finding.sample);
  out.end_object();
  out.end_object();
}

}  // namespace

std::string report_sarif(const AuditReport& report, const ReportContext& context) {
  JsonText out;
  out.begin_object();
  out.string("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  out.string("version", "2.1.0");
  out.begin_array("runs");
  out.begin_object();
  out.begin_object("tool");
  out.begin_object("driver");
  out.string("name", "telltale");
  out.string("version", context.version);
  put_rules(out, report);
  out.end_object();
  out.end_object();
  out.array("artifacts", context.captures, [&](const ReportedCapture& capture) {
    out.begin_object();
    out.begin_object("location");
    out.string("uri", uri_of(capture.file.path));
    out.end_object();
    out.integer("length", capture.file.bytes);
    if (!capture.file.sha256.empty()) {
      out.begin_object("hashes");
      out.string("sha-256", capture.file.sha256);
      out.end_object();
    }
    out.end_object();
  });
  out.array("results", report.evidence(),
            [&](const Evidence& evidence) { put_result(out, report, evidence); });
  out.end_object();
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

}  // namespace telltale
