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
constexpr std::string_view kAppSeparator = " / ";

template <typename T>
bool holds(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool covers(const std::string& domain, std::string_view host) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

// `apps` may name several that share a domain: "A / B".
bool names_app(std::string_view apps, std::string_view wanted) {
  while (!apps.empty()) {
    const size_t end = apps.find(kAppSeparator);
    if (iequals(apps.substr(0, end), wanted)) return true;
    if (end == std::string_view::npos) return false;
    apps.remove_prefix(end + kAppSeparator.size());
  }
  return false;
}

bool is_device(const Device& device, std::string_view wanted) {
  return iequals(device.id, wanted) || iequals(device.name, wanted) ||
         iequals(device.mac, wanted) || device.ip.to_string() == wanted;
}

template <typename Wanted, typename Matches>
bool any_holds(const Wanted& wanted, Matches matches) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), matches);
}

bool holds_for_server(const RuleCondition& when, const Destination& destination) {
  if (!holds(when.trust, destination.trust) || !holds(when.countries, destination.country) ||
      !holds(when.operator_countries, destination.operator_country) ||
      !holds(when.asns, destination.asn)) {
    return false;
  }
  if (!when.countries_not.empty() && holds(when.countries_not, destination.country)) return false;
  return any_holds(when.apps,
                   [&](const std::string& app) { return names_app(destination.app, app); }) &&
         any_holds(when.domains,
                   [&](const std::string& domain) { return covers(domain, destination.hostname); });
}

bool holds_for_device(const RuleCondition& when, const Device& device) {
  return any_holds(when.devices,
                   [&](const std::string& wanted) { return is_device(device, wanted); }) &&
         any_holds(when.groups,
                   [&](const std::string& group) { return iequals(device.group, group); });
}

uint32_t bit(DataType type) { return 1U << static_cast<unsigned>(type); }
static_assert(kDataTypeCount <= 32, "RuleSet::Rule::types has a bit per DataType");

// The types of which `when` names the class and the type, whichever it names.
uint32_t types_of(const RuleCondition& when) {
  uint32_t types = 0;
  for (size_t i = 0; i < kDataTypeCount; ++i) {
    const auto type = static_cast<DataType>(i);
    if (holds(when.classes, class_of(type)) && holds(when.types, type)) types |= bit(type);
  }
  return types;
}

std::string server_of(const Destination& destination) {
  std::string server =
      destination.hostname.empty() ? destination.ip.to_string() : destination.hostname;
  if (!destination.country.empty()) server += " in " + destination.country;
  return server;
}

std::string reason_for(const Device& device, const Destination& destination,
                       const Finding& finding) {
  const std::string& who = !device.name.empty() ? device.name : device.id;
  const std::string trust =
      destination.trust == Trust::unknown
          ? "which nobody vouched for"
          : fmt::format("which is {} ({})", name_of(destination.trust), destination.trust_reason);
  return fmt::format("{} sent {} ({}) {} to {}, {}", who, name_of(finding.type),
                     name_of(class_of(finding.type)), finding.cleartext ? "in clear" : "encrypted",
                     server_of(destination), trust);
}

}  // namespace

RuleSet::RuleSet(const Config& config) {
  std::unordered_set<uint32_t> taken;
  for (const RuleConfig& rule : config.rules) {
    auto id = static_cast<uint32_t>(hash64(rule.name) % kSignatures);
    while (!taken.insert(id).second) id = (id + 1) % kSignatures;
    rules_.push_back({rule, kFirstSignature + id, types_of(rule.when)});
  }
}

Verdict RuleSet::judge(const Device& device, const Destination& destination,
                       const Finding& finding) const {
  for (const Rule& rule : rules_) {
    const RuleCondition& when = rule.config.when;
    if ((rule.types & bit(finding.type)) == 0 || finding.confidence < when.min_confidence) continue;
    if (when.cleartext && *when.cleartext != finding.cleartext) continue;
    if (!holds_for_server(when, destination) || !holds_for_device(when, device)) continue;
    return {rule.config.verdict, rule.config.severity, rule.signature_id, rule.config.name,
            reason_for(device, destination, finding)};
  }
  Verdict none;
  none.reason = "no rule speaks of it: " + reason_for(device, destination, finding);
  return none;
}

}  // namespace telltale
