#include "sensor/policy/rules.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"

namespace telltale {
namespace {

constexpr uint32_t kFirstSignature = 1'000'000;  // below are other people's (Suricata's sid ranges)
constexpr uint32_t kSignatures = 1'000'000;

uint32_t bit(DataType type) { return 1U << static_cast<unsigned>(type); }
static_assert(kDataTypeCount <= 32, "RuleSet::Rule::types has a bit per DataType");

// The types of which `when` names the class and the type, whichever it names.
uint32_t types_of(const RuleCondition& when) {
  uint32_t types = 0;
  for (size_t i = 0; i < kDataTypeCount; ++i) {
    const auto type = static_cast<DataType>(i);
    if (is_one_of(when.classes, class_of(type)) && is_one_of(when.types, type)) types |= bit(type);
  }
  return types;
}

std::string server_of(const Destination& destination) {
  std::string server =
      destination.hostname.empty() ? destination.ip.to_string() : destination.hostname;
  if (!destination.country.empty()) server += " in " + destination.country;
  return server;
}

std::string act_of(const Occasion& occasion) {
  if (const Finding* finding = occasion.finding) {
    return fmt::format("sent {} ({}) {} to", name_of(finding->type), name_of(class_of(finding->type)),
                       finding->cleartext ? "in clear" : "encrypted");
  }
  if (occasion.anomaly.empty()) return "was in contact with";
  return fmt::format("behaved strangely ({}) towards", occasion.anomaly);
}

std::string reason_for(const Occasion& occasion) {
  const Device& device = occasion.device;
  const Destination& destination = occasion.destination;
  const std::string& who = !device.name.empty() ? device.name : device.id;
  const std::string trust =
      destination.trust == Trust::unknown
          ? "which nobody vouched for"
          : fmt::format("which is {} ({})", name_of(destination.trust), destination.trust_reason);
  return fmt::format("{} {} {}, {}", who, act_of(occasion), server_of(destination), trust);
}

// Conditions on where it goes.
Condition unmet_by_server(const RuleCondition& when, const Destination& to) {
  const auto any_in = [](const auto& wanted, auto matches) { return any_of_or_none(wanted, matches); };
  if (!is_one_of(when.trust, to.trust)) return Condition::trust;
  if (!any_in(when.lists, [&](const std::string& list) {
        return to.trust_reason.find(list) != std::string::npos;
      })) {
    return Condition::list;
  }
  if (!is_one_of(when.countries, to.country)) return Condition::country;
  if (!when.countries_not.empty() && is_one_of(when.countries_not, to.country)) {
    return Condition::country_not;
  }
  if (!any_in(when.operators,
              [&](const std::string& name) { return iequals(name, to.operator_name); })) {
    return Condition::operated_by;
  }
  if (!is_one_of(when.operator_countries, to.operator_country)) return Condition::operator_country;
  if (!is_one_of(when.asns, to.asn)) return Condition::asn;
  if (!any_in(when.apps, [&](const std::string& app) { return names_app(to.app, app); })) {
    return Condition::app;
  }
  if (!any_in(when.domains,
              [&](const std::string& domain) { return covers_host(domain, to.hostname); })) {
    return Condition::domain;
  }
  if (!any_in(when.addresses, [&](const Cidr& network) { return network.contains(to.ip); })) {
    return Condition::address;
  }
  return Condition::none;
}

Condition unmet_by_device(const RuleCondition& when, const Device& device) {
  if (!any_of_or_none(when.devices,
                      [&](const std::string& wanted) { return is_device(device, wanted); })) {
    return Condition::device;
  }
  if (!any_of_or_none(when.groups,
                      [&](const std::string& group) { return iequals(device.group, group); })) {
    return Condition::group;
  }
  return Condition::none;
}

bool holds_in_time(const RuleCondition& when, const LocalClock& clock, Timestamp ts) {
  if (when.times.empty() && when.days == kEveryDay) return true;
  const LocalMoment moment = clock.at(ts);
  if (when.times.empty()) return (when.days >> moment.weekday & 1) != 0;
  return std::any_of(when.times.begin(), when.times.end(), [&](const DayTime& span) {
    return holds_at(span, when.days, moment);
  });
}

}  // namespace

RuleSubject subject_of(const Occasion& occasion) {
  if (occasion.finding != nullptr) return RuleSubject::finding;
  return occasion.anomaly.empty() ? RuleSubject::contact : RuleSubject::anomaly;
}

RuleSet::RuleSet(const Config& config)
    : clock_(config.sensor.clock), mutes_(std::make_shared<const MuteBook>(MuteBook::of(config))) {
  std::unordered_set<uint32_t> taken;
  for (const RuleConfig& rule : config.rules) {
    auto id = static_cast<uint32_t>(hash64(rule.name) % kSignatures);
    while (!taken.insert(id).second) id = (id + 1) % kSignatures;
    rules_.push_back({rule, kFirstSignature + id, types_of(rule.when)});
  }
}

bool RuleSet::speaks_of(RuleSubject subject) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const Rule& rule) { return rule.config.when.subject == subject; });
}

Condition RuleSet::unmet(const Rule& rule, const Occasion& occasion) const {
  const RuleCondition& when = rule.config.when;
  if (when.subject != subject_of(occasion)) return Condition::subject;
  if (const Finding* finding = occasion.finding) {
    if ((rule.types & bit(finding->type)) == 0) return Condition::data;
    if (finding->confidence < when.min_confidence) return Condition::confidence;
    if (when.cleartext && *when.cleartext != finding->cleartext) return Condition::cleartext;
  } else if (when.subject == RuleSubject::anomaly) {
    if (!is_one_of(when.anomalies, std::string(occasion.anomaly))) return Condition::data;
    if (occasion.score < when.min_confidence) return Condition::confidence;
  }
  if (const Condition server = unmet_by_server(when, occasion.destination);
      server != Condition::none) {
    return server;
  }
  if (const Condition device = unmet_by_device(when, occasion.device); device != Condition::none) {
    return device;
  }
  if (!holds_in_time(when, clock_, occasion.ts)) return Condition::time;
  return occasion.bytes_out < when.min_bytes ? Condition::bytes : Condition::none;
}

Verdict RuleSet::judge(const Occasion& occasion) const {
  Verdict verdict;
  verdict.reason = reason_for(occasion);
  const auto decides = [&](const Rule& rule) { return unmet(rule, occasion) == Condition::none; };
  const auto rule = std::find_if(rules_.begin(), rules_.end(), decides);
  if (rule == rules_.end()) {
    verdict.reason.insert(0, "no rule speaks of it: ");
    return verdict;
  }
  verdict.kind = rule->config.verdict;
  if (verdict.kind == VerdictKind::alert) verdict.severity = rule->config.severity;
  verdict.signature_id = rule->signature_id;
  verdict.rule = rule->config.name;
  verdict.window = rule->config.window;
  if (verdict.kind == VerdictKind::allow) return verdict;
  const auto book = mutes();
  if (const MuteConfig* mute = book->covering(occasion, verdict.rule)) verdict.muted_by = mute->name;
  return verdict;
}

}  // namespace telltale
