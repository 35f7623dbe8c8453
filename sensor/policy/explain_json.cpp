// An explanation as JSON, for programs and the web page.
#include "sensor/base/json_text.h"
#include "sensor/policy/explain.h"

namespace telltale {
namespace {

void put_device(JsonText& out, const Device& device) {
  out.begin_object("device");
  out.string("id", device.id);
  out.string_if("name", device.name);
  out.string_if("group", device.group);
  out.string("ip", device.ip.to_string());
  out.end_object();
}

void put_destination(JsonText& out, const Destination& to) {
  out.begin_object("destination");
  out.string("ip", to.ip.to_string());
  out.string_if("hostname", to.hostname);
  out.string_if("hostname_source", name_of(to.hostname_source));
  if (to.hostname_unverified) out.boolean("hostname_unverified", true);
  out.string_if("dns_name", to.dns_name);
  out.string_if("country", to.country);
  if (to.asn != 0) out.integer("asn", to.asn);
  out.string_if("as_org", to.as_org);
  out.string_if("app", to.app);
  out.string_if("operator", to.operator_name);
  out.string_if("operator_country", to.operator_country);
  out.string("trust", name_of(to.trust));
  out.string("trust_reason", to.trust_reason);
  out.end_object();
}

void put_finding(JsonText& out, const Finding& finding) {
  out.begin_object("finding");
  out.string("class", name_of(class_of(finding.type)));
  out.string("type", name_of(finding.type));
  out.real("confidence", finding.confidence);
  out.string("location", finding.location);
  out.strings("encodings", finding.encodings);
  out.string_if("sample", finding.sample);
  out.boolean("cleartext", finding.cleartext);
  out.integer("packet", finding.packet.number);
  out.end_object();
}

void put_trust(JsonText& out, const TrustStep& step) {
  out.begin_object();
  out.integer("rank", static_cast<uint64_t>(step.rank));
  out.string("kind", step.kind);
  out.string_if("asked", step.asked);
  out.array("matches", step.matches, [&](const TrustDecision& match) {
    out.begin_object();
    out.string("trust", name_of(match.trust));
    out.string("entry", match.reason);
    out.end_object();
  });
  out.boolean("decided", step.decided);
  out.end_object();
}

void put_rule(JsonText& out, const RuleStep& step) {
  out.begin_object();
  out.string("name", step.name);
  out.string("origin", step.origin);
  out.integer("line", static_cast<uint64_t>(step.line));
  out.string("outcome", step.outcome);
  out.boolean("decided", step.decided);
  out.end_object();
}

void put_verdict(JsonText& out, const Verdict& verdict) {
  out.begin_object("verdict");
  out.string("verdict", name_of(verdict.kind));
  if (verdict.kind == VerdictKind::alert)
    out.integer("severity", static_cast<uint64_t>(verdict.severity));
  out.string_if("rule", verdict.rule);
  out.string("reason", verdict.reason);
  out.string_if("muted_by", verdict.muted_by);
  out.end_object();
}

void put_owner(JsonText& out, const OwnerFact& fact) {
  out.begin_object();
  out.string("app", fact.app);
  out.string_if("kind", fact.kind);
  out.string_if("vendor", fact.vendor);
  out.string_if("country", fact.country);
  out.string_if("domain", fact.domain);
  if (fact.asn != 0) out.integer("asn", fact.asn);
  out.string_if("source", fact.source);
  out.string_if("collects", fact.collects);
  out.boolean("known_to_collect_this", fact.listed);
  out.end_object();
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  JsonText out;
  out.begin_object();
  put_device(out, explanation.device);
  put_destination(out, explanation.destination);
  if (explanation.finding) put_finding(out, *explanation.finding);
  out.string_if("anomaly", explanation.anomaly);
  out.string("timestamp", to_iso8601(explanation.ts));
  out.array("catalogue", explanation.owners, [&](const OwnerFact& fact) { put_owner(out, fact); });
  out.array("trust", explanation.trust, [&](const TrustStep& step) { put_trust(out, step); });
  out.array("rules", explanation.rules, [&](const RuleStep& step) { put_rule(out, step); });
  out.array("mutes", explanation.mutes, [&](const MuteStep& step) {
    out.begin_object();
    out.string("name", step.name);
    out.string_if("reason", step.reason);
    out.boolean("covers", step.covers);
    out.end_object();
  });
  put_verdict(out, explanation.verdict);
  out.strings("changes", explanation.changes);
  out.end_object();
  return out.take();
}

}  // namespace telltale
