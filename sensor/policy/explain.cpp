#include "sensor/policy/explain.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/mutes.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? "not known" : text; }

std::string server_name(const Destination& to) {
  return to.hostname.empty() ? to.ip.to_string() : to.hostname;
}

template <typename List, typename Text>
std::string listed(const List& items, Text text_of) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.emplace_back(text_of(item));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string plain(const std::string& text) { return text; }

std::string wanted_data(const RuleCondition& when) {
  if (when.subject == RuleSubject::anomaly) return listed(when.anomalies, plain);
  std::string wanted = listed(when.types, [](DataType type) { return name_of(type); });
  const std::string classes = listed(when.classes, [](DataClass item) { return name_of(item); });
  if (wanted.empty()) return classes;
  return classes.empty() ? wanted : fmt::format("{} of {}", wanted, classes);
}

std::string data_of(const Occasion& occasion) {
  if (occasion.finding == nullptr) return std::string(occasion.anomaly);
  const DataType type = occasion.finding->type;
  return fmt::format("{} ({})", name_of(type), name_of(class_of(type)));
}

// Conditions on the server; empty for other conditions.
std::string unmet_by_server(Condition condition, const RuleCondition& when, const Destination& to) {
  switch (condition) {
    case Condition::trust:
      return fmt::format("the server is {}, not {}", name_of(to.trust),
                         listed(when.trust, [](Trust item) { return name_of(item); }));
    case Condition::list:
      return fmt::format("another list decided ({}), not {}", to.trust_reason,
                         listed(when.lists, plain));
    case Condition::country:
      return fmt::format("the address's country is {}, not {}", or_unknown(to.country),
                         listed(when.countries, plain));
    case Condition::country_not:
      return fmt::format("the address's country, {}, is among those left out", to.country);
    case Condition::operated_by:
      return fmt::format("its operator is {}, not {}", or_unknown(to.operator_name),
                         listed(when.operators, plain));
    case Condition::operator_country:
      return fmt::format("its operator's country is {}, not {}", or_unknown(to.operator_country),
                         listed(when.operator_countries, plain));
    case Condition::asn:
      return fmt::format("its network is {}, not {}",
                         to.asn == 0 ? "not known" : fmt::format("AS{}", to.asn),
                         fmt::join(when.asns, ", "));
    case Condition::app:
      return fmt::format("its app is {}, not {}", or_unknown(to.app), listed(when.apps, plain));
    case Condition::domain:
      return fmt::format("the server is {}, not under {}", server_name(to),
                         listed(when.domains, plain));
    case Condition::address:
      return fmt::format("its address is {}, not in {}", to.ip.to_string(),
                         listed(when.addresses, [](const Cidr& cidr) { return cidr.to_string(); }));
    default:
      return {};
  }
}

// Why `rule` does not hold, as a sentence.
std::string unmet_text(Condition condition, const RuleCondition& when, const Occasion& occasion) {
  switch (condition) {
    case Condition::subject:
      return fmt::format("it is a {}, and the rule speaks of a {}", name_of(subject_of(occasion)),
                         name_of(when.subject));
    case Condition::data:
      return fmt::format("it is {}, not {}", data_of(occasion), wanted_data(when));
    case Condition::confidence:
      return fmt::format(
          "the {} is {:.2f}, less than {:.2f}",
          occasion.finding != nullptr ? "confidence" : "score",
          occasion.finding != nullptr ? occasion.finding->confidence : occasion.score,
          when.min_confidence);
    case Condition::cleartext:
      return *when.cleartext ? "it was encrypted, not in clear" : "it was in clear, not encrypted";
    case Condition::device:
      return fmt::format("the device is {}, not {}",
                         occasion.device.name.empty() ? occasion.device.id : occasion.device.name,
                         listed(when.devices, plain));
    case Condition::group:
      return fmt::format("the device's group is {}, not {}",
                         occasion.device.group.empty() ? "not set" : occasion.device.group,
                         listed(when.groups, plain));
    case Condition::time:
      return "it was at another time of day or on another day";
    case Condition::bytes:
      return fmt::format("the flow had sent {} bytes, fewer than {}", occasion.bytes_out,
                         when.min_bytes);
    default:
      return unmet_by_server(condition, when, occasion.destination);
  }
}

std::string outcome_of(const RuleConfig& rule) {
  if (rule.verdict != VerdictKind::alert) return fmt::format("holds: {}", name_of(rule.verdict));
  return fmt::format("holds: alert, severity {}", rule.severity);
}

std::vector<RuleStep> ask_rules(const Occasion& occasion, const RuleSet& rules) {
  std::vector<RuleStep> steps;
  bool is_decided = false;
  for (const RuleSet::Rule& rule : rules.rules()) {
    RuleStep step{rule.config.name, rule.config.origin, rule.config.line, false, "not asked"};
    if (!is_decided) {
      const Condition unmet = rules.unmet(rule, occasion);
      step.decided = is_decided = unmet == Condition::none;
      step.outcome =
          is_decided ? outcome_of(rule.config) : unmet_text(unmet, rule.config.when, occasion);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<OwnerFact> owners_of(const Occasion& occasion, const CatalogueIndex& catalogue) {
  const auto [owner, domain] = catalogue.match(occasion.destination);
  std::vector<OwnerFact> facts;
  if (owner == nullptr) return facts;
  for (const CatalogEntry* entry : owner->entries) {
    OwnerFact fact{entry->app,
                   entry->kind,
                   entry->operator_name,
                   entry->operator_country,
                   std::string(domain),
                   domain.empty() ? occasion.destination.asn : 0,
                   domain.empty() ? entry->asns_source : source_of(*entry, domain),
                   {},
                   false};
    fact.collects = listed(entry->collects, [](DataType type) { return name_of(type); });
    fact.listed =
        occasion.finding != nullptr && std::find(entry->collects.begin(), entry->collects.end(),
                                                 occasion.finding->type) != entry->collects.end();
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::string told(const Verdict& verdict) {
  std::string text(name_of(verdict.kind));
  if (verdict.kind == VerdictKind::alert) text += fmt::format(" of severity {}", verdict.severity);
  text +=
      verdict.rule.empty() ? " (no rule holds)" : fmt::format(" by the rule '{}'", verdict.rule);
  return verdict.muted_by.empty() ? text : text + ", muted";
}

// The same occasion, had it been with `destination`.
Occasion at(const Destination& destination, const Occasion& occasion) {
  return {occasion.device, destination, occasion.finding,  occasion.anomaly,
          occasion.score,  occasion.ts, occasion.bytes_out};
}

// Tries changes and keeps those that lead to another verdict.
class Changes {
 public:
  Changes(const Occasion& occasion, const PolicyView& policy, const Verdict& verdict)
      : occasion_(occasion), policy_(policy), verdict_(verdict) {}

  std::vector<std::string> tried() {
    // With a list of the user's own.
    for (const Trust side : {Trust::trusted, Trust::untrusted}) try_own_entry(side);
    try_trust();
    if (occasion_.finding != nullptr) try_finding();
    try_mute();
    if (!verdict_.muted_by.empty()) {
      changes_.push_back(fmt::format("without the mute {}: {} as the rule says", verdict_.muted_by,
                                     name_of(verdict_.kind)));
    }
    return std::move(changes_);
  }

 private:
  bool differs(const Verdict& other) const {
    return other.kind != verdict_.kind || other.severity != verdict_.severity ||
           other.is_told() != verdict_.is_told();
  }

  Verdict judged(const Destination& destination) const {
    return policy_.rules.judge(at(destination, occasion_));
  }

  void keep(const Verdict& other, const std::string& change) {
    if (differs(other)) changes_.push_back(fmt::format("{}: {}", change, told(other)));
  }

  void try_own_entry(Trust side) {
    const Destination& to = occasion_.destination;
    const std::string& name = to.hostname_unverified ? to.dns_name : to.hostname;
    Config config = policy_.config;
    TrustLists& lists = side == Trust::trusted ? config.trust.trusted : config.trust.untrusted;
    if (name.empty())
      lists.cidrs.push_back(*Cidr::parse(to.ip.to_string()));
    else
      lists.domains.push_back(name);
    const TrustPolicy changed(config, policy_.feeds);
    Destination destination = to;
    const TrustDecision decision = changed.judge(destination);
    if (decision.trust == to.trust) return;
    suggested_[static_cast<size_t>(decision.trust)] = true;
    destination.trust = decision.trust;
    destination.trust_reason = decision.reason;
    keep(judged(destination),
         fmt::format("with {} under trust.{}.{}", name.empty() ? to.ip.to_string() : name,
                     name_of(side), name.empty() ? "cidrs" : "domains"));
  }

  // Levels of trust that one entry of the user's does not reach: the one that decides would have to
  // go.
  void try_trust() {
    for (const Trust trust : {Trust::trusted, Trust::unknown, Trust::untrusted}) {
      if (trust == occasion_.destination.trust || suggested_[static_cast<size_t>(trust)]) continue;
      Destination destination = occasion_.destination;
      destination.trust = trust;
      destination.trust_reason.clear();
      keep(judged(destination),
           fmt::format("were the server {} (the entry that decides, {}, would have to go)",
                       name_of(trust), occasion_.destination.trust_reason));
    }
  }

  void try_finding() {
    Finding finding = *occasion_.finding;
    const auto with = [&](const std::string& change) {
      const Occasion changed{occasion_.device, occasion_.destination, &finding, {}, 0,
                             occasion_.ts,     occasion_.bytes_out};
      keep(policy_.rules.judge(changed), change);
      finding = *occasion_.finding;
    };
    finding.cleartext = !finding.cleartext;
    with(finding.cleartext ? "sent in clear" : "sent encrypted");
    finding.confidence = 1;
    if (occasion_.finding->confidence < 1) with("were the finding certain");
    finding.confidence = 0;
    with("were the finding doubtful");
  }

  void try_mute() {
    if (!verdict_.is_told()) return;
    MuteConfig mute = mute_for(occasion_);
    if (!covers(mute, occasion_, verdict_.rule)) return;
    changes_.push_back(fmt::format("with the mute {}: told nobody", to_yaml(mute)));
  }

  const Occasion& occasion_;
  const PolicyView& policy_;
  const Verdict& verdict_;
  bool suggested_[3] = {};
  std::vector<std::string> changes_;
};

}  // namespace

void judge_destination(Destination& destination, const CatalogueIndex& catalogue,
                       const TrustPolicy& trust) {
  catalogue.name_owner(destination);
  TrustDecision decision = trust.judge(destination);
  destination.trust = decision.trust;
  destination.trust_reason = std::move(decision.reason);
}

Explanation explain(const Event& event, const PolicyView& policy) {
  const Finding* finding = nullptr;
  std::string anomaly;
  double score = 0;
  if (const AlertEvent* alert = alert_of(event)) {
    if (!alert->findings.empty()) finding = &alert->findings.front();
    anomaly = alert->anomaly;
    score = 1;
  }
  if (const auto* found = std::get_if<FindingEvent>(&event.payload)) finding = &found->finding;
  if (const auto* odd = std::get_if<AnomalyEvent>(&event.payload)) {
    anomaly = odd->type;
    score = odd->score;
  }
  return explain({*event.device, *event.destination, finding, anomaly, score, event.ts, 0}, policy);
}

MuteConfig mute_for(const Occasion& occasion) {
  MuteConfig mute;
  const Device& device = occasion.device;
  mute.devices.push_back(device.name.empty() ? device.id : device.name);
  if (occasion.finding != nullptr) mute.types.push_back(occasion.finding->type);
  if (!occasion.anomaly.empty()) mute.anomalies.emplace_back(occasion.anomaly);
  const Destination& to = occasion.destination;
  const std::string& name = to.hostname_unverified ? to.dns_name : to.hostname;
  if (name.empty())
    mute.addresses.push_back(*Cidr::parse(to.ip.to_string()));
  else
    mute.domains.push_back(name);
  return mute;
}

Explanation judge_only(const Occasion& occasion, const PolicyView& policy) {
  Explanation judged;
  judged.device = occasion.device;
  judged.destination = occasion.destination;
  judge_destination(judged.destination, policy.catalogue, policy.trust);
  if (occasion.finding != nullptr) judged.finding = *occasion.finding;
  judged.anomaly = occasion.anomaly;
  judged.ts = occasion.ts;
  judged.verdict = policy.rules.judge(at(judged.destination, occasion));
  return judged;
}

Explanation explain(const Occasion& occasion, const PolicyView& policy) {
  Explanation explained = judge_only(occasion, policy);
  const Occasion now = at(explained.destination, occasion);
  explained.owners = owners_of(now, policy.catalogue);
  explained.trust = policy.trust.consulted(explained.destination);
  explained.rules = ask_rules(now, policy.rules);
  if (explained.verdict.kind != VerdictKind::allow) {
    const auto book = policy.rules.mutes();
    for (const MuteConfig& mute : book->mutes()) {
      explained.mutes.push_back(
          {mute.name, mute.reason, covers(mute, now, explained.verdict.rule)});
    }
  }
  explained.changes = Changes(now, policy, explained.verdict).tried();
  return explained;
}

}  // namespace telltale
