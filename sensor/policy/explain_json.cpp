// An explanation as JSON, for programs and the web page.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "sensor/base/encoding.h"
#include "sensor/policy/explain.h"

namespace telltale {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void text(Writer& out, const char* key, std::string_view value) {
  const std::string valid = to_valid_utf8(value);
  out.Key(key);
  out.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

void text_if(Writer& out, const char* key, std::string_view value) {
  if (!value.empty()) text(out, key, value);
}

void flag(Writer& out, const char* key, bool value) {
  out.Key(key);
  out.Bool(value);
}

void number(Writer& out, const char* key, uint64_t value) {
  out.Key(key);
  out.Uint64(value);
}

template <typename List, typename Write>
void array(Writer& out, const char* key, const List& items, Write write) {
  out.Key(key);
  out.StartArray();
  for (const auto& item : items) write(item);
  out.EndArray();
}

void put_text(Writer& out, std::string_view value) {
  const std::string valid = to_valid_utf8(value);
  out.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
}

void put_device(Writer& out, const Device& device) {
  out.Key("device");
  out.StartObject();
  text(out, "id", device.id);
  text_if(out, "name", device.name);
  text_if(out, "group", device.group);
  text(out, "ip", device.ip.to_string());
  out.EndObject();
}

void put_destination(Writer& out, const Destination& to) {
  out.Key("destination");
  out.StartObject();
  text(out, "ip", to.ip.to_string());
  text_if(out, "hostname", to.hostname);
  text_if(out, "hostname_source", name_of(to.hostname_source));
  if (to.hostname_unverified) flag(out, "hostname_unverified", true);
  text_if(out, "dns_name", to.dns_name);
  text_if(out, "country", to.country);
  if (to.asn != 0) number(out, "asn", to.asn);
  text_if(out, "as_org", to.as_org);
  text_if(out, "app", to.app);
  text_if(out, "operator", to.operator_name);
  text_if(out, "operator_country", to.operator_country);
  text(out, "trust", name_of(to.trust));
  text(out, "trust_reason", to.trust_reason);
  out.EndObject();
}

void put_finding(Writer& out, const Finding& finding) {
  out.Key("finding");
  out.StartObject();
  text(out, "class", name_of(class_of(finding.type)));
  text(out, "type", name_of(finding.type));
  out.Key("confidence");
  out.Double(finding.confidence);
  text(out, "location", finding.location);
  array(out, "encodings", finding.encodings, [&](const std::string& item) { put_text(out, item); });
  text_if(out, "sample", finding.sample);
  flag(out, "cleartext", finding.cleartext);
  number(out, "packet", finding.packet.number);
  out.EndObject();
}

void put_trust(Writer& out, const TrustStep& step) {
  out.StartObject();
  number(out, "rank", static_cast<uint64_t>(step.rank));
  text(out, "kind", step.kind);
  text_if(out, "asked", step.asked);
  array(out, "matches", step.matches, [&](const TrustDecision& match) {
    out.StartObject();
    text(out, "trust", name_of(match.trust));
    text(out, "entry", match.reason);
    out.EndObject();
  });
  flag(out, "decided", step.decided);
  out.EndObject();
}

void put_rule(Writer& out, const RuleStep& step) {
  out.StartObject();
  text(out, "name", step.name);
  text(out, "origin", step.origin);
  number(out, "line", static_cast<uint64_t>(step.line));
  text(out, "outcome", step.outcome);
  flag(out, "decided", step.decided);
  out.EndObject();
}

void put_verdict(Writer& out, const Verdict& verdict) {
  out.Key("verdict");
  out.StartObject();
  text(out, "verdict", name_of(verdict.kind));
  if (verdict.kind == VerdictKind::alert)
    number(out, "severity", static_cast<uint64_t>(verdict.severity));
  text_if(out, "rule", verdict.rule);
  text(out, "reason", verdict.reason);
  text_if(out, "muted_by", verdict.muted_by);
  out.EndObject();
}

void put_owner(Writer& out, const OwnerFact& fact) {
  out.StartObject();
  text(out, "app", fact.app);
  text_if(out, "kind", fact.kind);
  text_if(out, "vendor", fact.vendor);
  text_if(out, "country", fact.country);
  text(out, "domain", fact.domain);
  text_if(out, "source", fact.source);
  text_if(out, "collects", fact.collects);
  flag(out, "known_to_collect_this", fact.listed);
  out.EndObject();
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  put_device(out, explanation.device);
  put_destination(out, explanation.destination);
  if (explanation.finding) put_finding(out, *explanation.finding);
  text_if(out, "anomaly", explanation.anomaly);
  text(out, "timestamp", to_iso8601(explanation.ts));
  array(out, "catalogue", explanation.owners, [&](const OwnerFact& fact) { put_owner(out, fact); });
  array(out, "trust", explanation.trust, [&](const TrustStep& step) { put_trust(out, step); });
  array(out, "rules", explanation.rules, [&](const RuleStep& step) { put_rule(out, step); });
  array(out, "mutes", explanation.mutes, [&](const MuteStep& step) {
    out.StartObject();
    text(out, "name", step.name);
    text_if(out, "reason", step.reason);
    flag(out, "covers", step.covers);
    out.EndObject();
  });
  put_verdict(out, explanation.verdict);
  array(out, "changes", explanation.changes,
        [&](const std::string& change) { put_text(out, change); });
  out.EndObject();
  return buffer.GetString();
}

}  // namespace telltale
