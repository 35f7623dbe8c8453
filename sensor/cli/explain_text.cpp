#include "sensor/cli/explain_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sensor/cli/terminal.h"

namespace telltale {
namespace {

constexpr size_t kWide = 200;

std::string shown(std::string_view text) { return printable(text, kWide); }

std::string what_happened(const Explanation& it) {
  std::string text = "What happened\n";
  const std::string& who = it.device.name.empty() ? it.device.id : it.device.name;
  text += fmt::format("  device      {} ({}){}\n", shown(who), it.device.ip.to_string(),
                      it.device.group.empty() ? "" : ", group " + shown(it.device.group));
  text += fmt::format("  time        {}\n", to_iso8601(it.ts));
  if (!it.finding) {
    text += it.anomaly.empty() ? "  contact     whatever was in it\n"
                               : fmt::format("  behaviour   {}\n", shown(it.anomaly));
    return text;
  }
  const Finding& finding = *it.finding;
  text += fmt::format("  data        {} ({}), confidence {:.2f}, {}\n", name_of(finding.type),
                      name_of(class_of(finding.type)), finding.confidence,
                      finding.cleartext ? "in clear" : "encrypted");
  if (!finding.sample.empty()) text += fmt::format("  sample      {}\n", shown(finding.sample));
  if (!finding.location.empty()) text += fmt::format("  place       {}\n", shown(finding.location));
  if (!finding.encodings.empty()) {
    text += fmt::format("  wrapping    {} (outermost first)\n",
                        shown(fmt::format("{}", fmt::join(finding.encodings, ", "))));
  }
  if (finding.packet.number > 0) text += fmt::format("  packet      {}\n", finding.packet.number);
  return text;
}

std::string known_by(const OwnerFact& fact) {
  return fact.asn == 0 ? shown(fact.domain) : fmt::format("AS{}", fact.asn);
}

std::string named(const Destination& to) {
  if (to.hostname.empty()) return "no name is known";
  std::string text = shown(to.hostname);
  if (to.hostname_source != HostnameSource::none) {
    text += fmt::format(", from {}", name_of(to.hostname_source));
  }
  if (!to.hostname_unverified) return text;
  return text + fmt::format("; UNVERIFIED: the DNS answers the device received {}",
                            to.dns_name.empty() ? "say otherwise"
                                                : "call the address " + shown(to.dns_name));
}

std::string where_to(const Explanation& it) {
  const Destination& to = it.destination;
  std::string text = "\nWhere it went\n";
  text += fmt::format("  name        {}\n", named(to));
  text += fmt::format("  address     {}, {}{}\n", to.ip.to_string(),
                      to.country.empty() ? "country not known" : "in " + to.country,
                      to.asn == 0 ? "" : fmt::format(", AS{} {}", to.asn, shown(to.as_org)));
  if (to.operator_name.empty()) {
    text += "  run by      not known to the catalogue\n";
  } else {
    text += fmt::format("  run by      {}{}\n", shown(to.operator_name),
                        to.operator_country.empty() ? "" : ", of " + to.operator_country);
  }
  for (const OwnerFact& fact : it.owners) {
    text += fmt::format("  catalogue   {}: {}{}\n", known_by(fact), shown(fact.app),
                        fact.source.empty() ? "" : ", source: " + shown(fact.source));
    if (!fact.collects.empty()) {
      text += fmt::format("              known to collect {}{}\n", shown(fact.collects),
                          fact.listed ? ": this among them" : "");
    }
  }
  return text;
}

std::string step_text(const TrustStep& step) {
  static constexpr const char* kRanks[] = {"", "1 name, address", "2 who runs it", "3 where",
                                           "4 otherwise"};
  const std::string asked =
      step.asked.empty() ? (step.rank == 4 ? "" : " (not known)") : " (" + shown(step.asked) + ")";
  std::string text = fmt::format("  {} {:16} {}{}: ", step.decided ? "*" : " ", kRanks[step.rank],
                                 step.kind, asked);
  if (step.matches.empty()) return text + "no entry\n";
  for (size_t i = 0; i < step.matches.size(); ++i) {
    if (i > 0) text += i == 1 ? "; also, but after it: " : ", ";
    text += shown(step.matches[i].reason);
  }
  return text + "\n";
}

std::string trust_text(const Explanation& it) {
  std::string text =
      fmt::format("\nIs it trusted? {} (* decided)\n", name_of(it.destination.trust));
  for (const TrustStep& step : it.trust) text += step_text(step);
  return text;
}

std::string rules_text(const Explanation& it) {
  std::string text = "\nRules, the first that holds decides\n";
  size_t not_asked = 0;
  for (const RuleStep& step : it.rules) {
    if (step.outcome == "not asked") {
      ++not_asked;
      continue;
    }
    text += fmt::format("  {} {} [{}:{}]\n      {}\n", step.decided ? "*" : " ", shown(step.name),
                        shown(step.origin), step.line, shown(step.outcome));
  }
  if (it.verdict.rule.empty()) text += "    none holds: allowed\n";
  if (not_asked > 0) text += fmt::format("    {} more were not asked\n", not_asked);
  for (const MuteStep& mute : it.mutes) {
    text += fmt::format("  {} mute {}{}: {}\n", mute.covers ? "*" : " ", shown(mute.name),
                        mute.reason.empty() ? "" : " (" + shown(mute.reason) + ")",
                        mute.covers ? "covers it" : "does not cover it");
  }
  return text;
}

std::string verdict_text(const Explanation& it) {
  const Verdict& verdict = it.verdict;
  std::string text = fmt::format("\nVerdict: {}", name_of(verdict.kind));
  if (verdict.kind == VerdictKind::alert) text += fmt::format(", severity {}", verdict.severity);
  if (!verdict.muted_by.empty()) text += ", but muted: nobody is told";
  text += fmt::format("\n  {}\n", shown(verdict.reason));
  if (it.changes.empty()) return text;
  text += "\nAnother verdict would come of\n";
  for (const std::string& change : it.changes) text += fmt::format("  - {}\n", shown(change));
  return text;
}

}  // namespace

std::string explanation_text(const Explanation& explanation) {
  return what_happened(explanation) + where_to(explanation) + trust_text(explanation) +
         rules_text(explanation) + verdict_text(explanation);
}

}  // namespace telltale
