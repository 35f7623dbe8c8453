// The report as one JSON object; docs/report.md describes it.
#include "sensor/base/json_text.h"
#include "sensor/report/report_writer.h"

namespace telltale {
namespace {

constexpr uint64_t kFormatVersion = 1;

void put_file(JsonText& out, const ReportedFile& file) {
  out.string("file", file.path);
  out.integer("bytes", file.bytes);
  out.string_if("sha256", file.sha256);
}

void put_inputs(JsonText& out, const ReportContext& context) {
  out.array("inputs", context.captures, [&](const ReportedCapture& capture) {
    out.begin_object();
    put_file(out, capture.file);
    out.integer("packets", capture.packets);
    if (capture.packets > 0) {
      out.string("first", to_iso8601(capture.first));
      out.string("last", to_iso8601(capture.last));
    }
    out.end_object();
  });
  const auto files = [&](const char* name, const std::vector<ReportedFile>& list) {
    out.array(name, list, [&](const ReportedFile& file) {
      out.begin_object();
      put_file(out, file);
      out.end_object();
    });
  };
  files("keys", context.keys);
  files("configuration", context.configuration);
  out.strings("packs", context.policies);
  out.array("data", context.data, [&](const ReportedData& data) {
    out.begin_object();
    out.string("name", data.name);
    out.string("type", data.type);
    out.string("built", data.built);
    out.string_if("licence", data.licence);
    out.end_object();
  });
  out.strings("problems", context.problems);
}

void put_coverage(JsonText& out, const AuditReport& report) {
  const Ledger& sum = report.stats().coverage;
  out.begin_object("coverage");
  out.integer("bytes_out", sum.bytes_out);
  out.integer("clear", sum.clear);
  out.integer("decrypted", sum.decrypted);
  out.integer("opaque", sum.opaque);
  out.integer("lost", sum.lost);
  out.integer("skipped", sum.skipped);
  out.integer("gaps", sum.gaps);
  out.array("not_read", report.not_read(), [&](const auto& reason) {
    out.begin_object();
    out.string("reason", name_of(reason.first));
    out.integer("bytes", reason.second);
    out.end_object();
  });
  out.end_object();
}

void put_summary(JsonText& out, const AuditReport& report) {
  const StatsEvent& stats = report.stats();
  out.begin_object("summary");
  out.integer("packets", stats.packets);
  out.integer("bytes", stats.bytes);
  out.integer("flows", stats.flows);
  out.integer("devices", report.devices().size());
  out.integer("findings", stats.findings);
  out.integer("alerts", stats.alerts);
  out.integer("notices", stats.notices);
  out.integer("anomalies", stats.anomalies);
  out.integer("left_out", report.left_out());
  out.end_object();
}

void put_device(JsonText& out, const ReportedDevice& device) {
  out.begin_object("device");
  out.string("id", device.id);
  out.string_if("name", device.name);
  out.string_if("group", device.group);
  out.string("ip", device.ip);
  out.end_object();
}

void put_recipient(JsonText& out, const Recipient& to) {
  out.begin_object("destination");
  out.string("hostname", to.host);
  out.string("ip", to.ip);
  out.string_if("country", to.country);
  if (to.asn != 0) out.integer("asn", to.asn);
  out.string_if("as_org", to.as_org);
  out.string_if("app", to.app);
  out.string_if("operator", to.operator_name);
  out.string_if("operator_country", to.operator_country);
  out.string("trust", name_of(to.trust));
  out.string_if("trust_reason", to.trust_reason);
  out.end_object();
}

void put_exchanges(JsonText& out, const AuditReport& report) {
  out.array("exchanges", report.sorted_exchanges(), [&](size_t place) {
    const Exchange& row = report.exchanges()[place];
    out.begin_object();
    put_device(out, report.devices()[row.device]);
    out.string("class", name_of(class_of(row.type)));
    out.string("type", name_of(row.type));
    put_recipient(out, report.recipients()[row.recipient]);
    out.integer("findings", row.findings);
    out.integer("in_clear", row.in_clear);
    out.real("confidence", row.confidence);
    out.string("first", to_iso8601(row.first));
    out.string("last", to_iso8601(row.last));
    out.end_object();
  });
}

void put_evidence(JsonText& out, const AuditReport& report) {
  out.array("findings", report.evidence(), [&](const Evidence& evidence) {
    const Exchange& row = report.exchanges()[evidence.exchange];
    const Finding& finding = evidence.finding;
    out.begin_object();
    out.string("event_id", evidence.event_id);
    out.string("timestamp", to_iso8601(evidence.ts));
    out.string("device", report.devices()[row.device].id);
    out.string("destination", report.recipients()[row.recipient].host);
    out.string("class", name_of(class_of(finding.type)));
    out.string("type", name_of(finding.type));
    out.real("confidence", finding.confidence);
    out.integer("count", finding.count);
    out.string("location", finding.location);
    out.strings("encodings", finding.encodings);
    out.string_if("sample", finding.sample);
    out.string_if("fingerprint", finding.fingerprint);
    out.string_if("owner", finding.owner);
    out.boolean("cleartext", finding.cleartext);
    out.string("capture", evidence.capture);
    out.integer("packet", finding.packet.number);
    out.string("wireshark", evidence_filter(evidence));
    out.end_object();
  });
}

void put_alerts(JsonText& out, const AuditReport& report) {
  out.array("alerts", report.sorted_alerts(), [&](size_t place) {
    const ReportedAlert& alert = report.alerts()[place];
    out.begin_object();
    out.string("event_id", alert.event_id);
    out.integer("severity", static_cast<uint64_t>(alert.severity));
    out.string("rule", alert.rule);
    out.string("reason", alert.reason);
    put_device(out, report.devices()[alert.device]);
    put_recipient(out, report.recipients()[alert.recipient]);
    out.strings("told", alert.told);
    out.integer("count", alert.count);
    out.string("first", to_iso8601(alert.first));
    out.string("last", to_iso8601(alert.last));
    out.end_object();
  });
  out.array("anomalies", report.anomalies(), [&](const ReportedAnomaly& row) {
    out.begin_object();
    out.string("event_id", row.event_id);
    out.string("timestamp", to_iso8601(row.ts));
    out.string("type", row.anomaly.type);
    out.real("score", row.anomaly.score);
    put_device(out, report.devices()[row.device]);
    put_recipient(out, report.recipients()[row.recipient]);
    out.begin_object("evidence");
    for (const auto& [key, value] : row.anomaly.evidence) out.string(key, value);
    out.end_object();
    out.end_object();
  });
}

void put_suspicions(JsonText& out, const AuditReport& report) {
  out.array("suspected", report.suspicions(), [&](const ReportedSuspicion& row) {
    out.begin_object();
    put_device(out, report.devices()[row.device]);
    put_recipient(out, report.recipients()[row.recipient]);
    out.string("app", row.suspected->app);
    std::vector<std::string_view> types;
    for (const DataType type : row.suspected->types) types.push_back(name_of(type));
    out.strings("types", types);
    out.string("source", row.suspected->source);
    out.integer("flows", row.flows);
    out.integer("bytes", row.opaque);
    out.end_object();
  });
}

}  // namespace

std::string report_json(const AuditReport& report, const ReportContext& context) {
  JsonText out;
  out.begin_object();
  out.integer("telltale_report", kFormatVersion);
  out.string("version", context.version);
  out.string("sensor", context.sensor);
  put_inputs(out, context);
  put_summary(out, report);
  put_coverage(out, report);
  put_exchanges(out, report);
  put_alerts(out, report);
  put_evidence(out, report);
  put_suspicions(out, report);
  out.end_object();
  return out.take() + "\n";
}

}  // namespace telltale
