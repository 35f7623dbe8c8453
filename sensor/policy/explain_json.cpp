// An explanation as JSON, for programs and the web page.
#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/policy/explain.h"

namespace telltale {
namespace {

// Puts members and values one behind the other, with commas where they belong.
class Writer {
 public:
  void key(std::string_view key) {
    separate();
    quote(key);
    text_ += ':';
    fresh_ = true;
  }
  void string(std::string_view value) {
    separate();
    quote(value);
  }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void integer(uint64_t value) { raw(std::to_string(value)); }
  void real(double value) { raw(fmt::format("{}", value)); }
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  void raw(std::string_view value) {
    separate();
    text_ += value;
  }
  void open(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    fresh_ = false;
  }
  // RFC 8259 section 7.
  void quote(std::string_view value) {
    text_ += '"';
    for (const char c : to_valid_utf8(value)) {
      if (c == '"' || c == '\\') {
        text_ += '\\';
        text_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }

  std::string text_;
  bool fresh_ = true;  // nothing stands before what comes that a comma would part it from
};

void text(Writer& out, const char* key, std::string_view value) {
  out.key(key);
  out.string(value);
}

void text_if(Writer& out, const char* key, std::string_view value) {
  if (!value.empty()) text(out, key, value);
}

void flag(Writer& out, const char* key, bool value) {
  out.key(key);
  out.boolean(value);
}

void number(Writer& out, const char* key, uint64_t value) {
  out.key(key);
  out.integer(value);
}

template <typename List, typename Write>
void array(Writer& out, const char* key, const List& items, Write write) {
  out.key(key);
  out.begin_array();
  for (const auto& item : items) write(item);
  out.end_array();
}

void put_text(Writer& out, std::string_view value) { out.string(value); }

void put_device(Writer& out, const Device& device) {
  out.key("device");
  out.begin_object();
  text(out, "id", device.id);
  text_if(out, "name", device.name);
  text_if(out, "group", device.group);
  text(out, "ip", device.ip.to_string());
  out.end_object();
}

void put_destination(Writer& out, const Destination& to) {
  out.key("destination");
  out.begin_object();
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
  out.end_object();
}

void put_finding(Writer& out, const Finding& finding) {
  out.key("finding");
  out.begin_object();
  text(out, "class", name_of(class_of(finding.type)));
  text(out, "type", name_of(finding.type));
  out.key("confidence");
  out.real(finding.confidence);
  text(out, "location", finding.location);
  array(out, "encodings", finding.encodings, [&](const std::string& item) { put_text(out, item); });
  text_if(out, "sample", finding.sample);
  flag(out, "cleartext", finding.cleartext);
  number(out, "packet", finding.packet.number);
  out.end_object();
}

void put_trust(Writer& out, const TrustStep& step) {
  out.begin_object();
  number(out, "rank", static_cast<uint64_t>(step.rank));
  text(out, "kind", step.kind);
  text_if(out, "asked", step.asked);
  array(out, "matches", step.matches, [&](const TrustDecision& match) {
    out.begin_object();
    text(out, "trust", name_of(match.trust));
    text(out, "entry", match.reason);
    out.end_object();
  });
  flag(out, "decided", step.decided);
  out.end_object();
}

void put_rule(Writer& out, const RuleStep& step) {
  out.begin_object();
  text(out, "name", step.name);
  text(out, "origin", step.origin);
  number(out, "line", static_cast<uint64_t>(step.line));
  text(out, "outcome", step.outcome);
  flag(out, "decided", step.decided);
  out.end_object();
}

void put_verdict(Writer& out, const Verdict& verdict) {
  out.key("verdict");
  out.begin_object();
  text(out, "verdict", name_of(verdict.kind));
  if (verdict.kind == VerdictKind::alert)
    number(out, "severity", static_cast<uint64_t>(verdict.severity));
  text_if(out, "rule", verdict.rule);
  text(out, "reason", verdict.reason);
  text_if(out, "muted_by", verdict.muted_by);
  out.end_object();
}

void put_owner(Writer& out, const OwnerFact& fact) {
  out.begin_object();
  text(out, "app", fact.app);
  text_if(out, "kind", fact.kind);
  text_if(out, "vendor", fact.vendor);
  text_if(out, "country", fact.country);
  text(out, "domain", fact.domain);
  text_if(out, "source", fact.source);
  text_if(out, "collects", fact.collects);
  flag(out, "known_to_collect_this", fact.listed);
  out.end_object();
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  Writer out;
  out.begin_object();
  put_device(out, explanation.device);
  put_destination(out, explanation.destination);
  if (explanation.finding) put_finding(out, *explanation.finding);
  text_if(out, "anomaly", explanation.anomaly);
  text(out, "timestamp", to_iso8601(explanation.ts));
  array(out, "catalogue", explanation.owners, [&](const OwnerFact& fact) { put_owner(out, fact); });
  array(out, "trust", explanation.trust, [&](const TrustStep& step) { put_trust(out, step); });
  array(out, "rules", explanation.rules, [&](const RuleStep& step) { put_rule(out, step); });
  array(out, "mutes", explanation.mutes, [&](const MuteStep& step) {
    out.begin_object();
    text(out, "name", step.name);
    text_if(out, "reason", step.reason);
    flag(out, "covers", step.covers);
    out.end_object();
  });
  put_verdict(out, explanation.verdict);
  array(out, "changes", explanation.changes,
        [&](const std::string& change) { put_text(out, change); });
  out.end_object();
  return out.take();
}

}  // namespace telltale
