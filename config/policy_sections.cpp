// The sections that make a policy: trust and rules.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "config/section.h"
#include "config/sections.h"
#include "config/values.h"

namespace telltale {
namespace {

void read_lists(Section& section, TrustLists& lists) {
  section.read_list("domains", lists.domains, values::domain);
  section.read_list("cidrs", lists.cidrs, values::network);
  section.read_list("asns", lists.asns, values::asn);
  section.read_list("operators", lists.operators, values::non_empty_text);
  section.read_list("countries", lists.countries, values::country);
  section.read_list("operator_countries", lists.operator_countries, values::country);
}

void read_packs(Section& section, const std::string& folder, PackDepth depth, TrustSection& trust) {
  const auto name_of_pack = [&](const YamlNode& node) {
    const std::string name = values::non_empty_text(node);
    if (depth == PackDepth::own_entries) return name;
    Pack pack =
        load_pack(names_a_file(name) ? path_in(folder, name) : name, PackDepth::own_entries, &node);
    trust.borrowed.push_back(lend_untrusted(pack));
    if (!pack.shipped) merge_catalog(own_apps(pack), trust.catalog);
    return name;
  };
  std::vector<std::string> names;
  section.read_list("packs", names, name_of_pack);
}

// `contact: true` and `anomaly: [types]` (or [any]) make a rule speak of something else than data.
void read_subject(Section& section, RuleCondition& when) {
  bool contact = false;
  section.read("contact", contact, values::flag);
  const YamlNode* anomaly = section.find("anomaly");
  section.read_list("anomaly", when.anomalies, values::non_empty_text);
  if (contact && anomaly != nullptr) {
    anomaly->fail("a rule speaks of a contact or of an anomaly, not of both; write two rules");
  }
  if (contact) when.subject = RuleSubject::contact;
  if (anomaly != nullptr) when.subject = RuleSubject::anomaly;
  if (when.anomalies == std::vector<std::string>{"any"}) when.anomalies.clear();
}

// Data has no place in a rule that speaks of something else: it could never hold.
void check_subject(const Section& section, const RuleCondition& when) {
  if (when.subject == RuleSubject::finding) return;
  if (when.classes.empty() && when.types.empty() && !when.cleartext) return;
  section.node().fail(fmt::format("{} has no class, type or cleartext; leave those out, or {} out",
                                  when.subject == RuleSubject::contact ? "a contact" : "an anomaly",
                                  name_of(when.subject)));
}

RuleCondition read_condition(const YamlNode& node) {
  Section section(node, "when");
  RuleCondition when;
  read_subject(section, when);
  section.read_list("class", when.classes, values::data_class);
  section.read_list("type", when.types, values::data_type);
  section.read_list("trust", when.trust, values::trust);
  section.read("cleartext", when.cleartext,
               [](const YamlNode& value) { return std::optional<bool>(values::flag(value)); });
  section.read_list("country", when.countries, values::country);
  section.read_list("country_not", when.countries_not, values::country);
  section.read_list("operator", when.operators, values::non_empty_text);
  section.read_list("operator_country", when.operator_countries, values::country);
  section.read_list("list", when.lists, values::non_empty_text);
  section.read_list("asn", when.asns, values::asn);
  section.read_list("app", when.apps, values::non_empty_text);
  section.read_list("device", when.devices, values::non_empty_text);
  section.read_list("group", when.groups, values::non_empty_text);
  section.read_list("domain", when.domains, values::domain);
  section.read_list("address", when.addresses, values::network);
  section.read_list("time", when.times, values::day_time);
  std::vector<Weekdays> days;
  section.read_list("days", days, values::weekday);
  if (!days.empty()) when.days = 0;
  for (const Weekdays day : days) when.days = static_cast<Weekdays>(when.days | day);
  section.read("min_confidence", when.min_confidence, values::fraction);
  section.read("min_bytes", when.min_bytes, values::size);
  section.done();
  check_subject(section, when);
  return when;
}

void read_outcome(const YamlNode& node, RuleConfig& rule) {
  static const auto kVerdict = values::one_of<VerdictKind>({{"alert", VerdictKind::alert},
                                                            {"notice", VerdictKind::notice},
                                                            {"allow", VerdictKind::allow}});
  Section section(node, "then");
  const bool decided = section.read("verdict", rule.verdict, kVerdict);
  section.read("severity", rule.severity, values::number<int>(1, 3));
  section.read("window", rule.window, values::duration);
  section.done();
  if (!decided) section.missing("verdict", "alert");
}

RuleConfig read_rule(const YamlNode& node, const std::string& origin) {
  Section section(node, "a rule");
  RuleConfig rule;
  rule.origin = origin;
  rule.line = node.line();
  section.read("name", rule.name, values::non_empty_text);
  section.read("when", rule.when, read_condition);
  const YamlNode* outcome = section.find("then");
  if (outcome != nullptr) read_outcome(*outcome, rule);
  section.done();
  if (rule.name.empty()) section.missing("name", "contacts to a server nobody vouched for");
  if (outcome == nullptr) section.missing("then", "{verdict: alert, severity: 1}");
  return rule;
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(TrustLists& to, TrustLists&& from) {
  append(to.domains, std::move(from.domains));
  append(to.cidrs, std::move(from.cidrs));
  append(to.asns, std::move(from.asns));
  append(to.operators, std::move(from.operators));
  append(to.countries, std::move(from.countries));
  append(to.operator_countries, std::move(from.operator_countries));
}

}  // namespace

TrustSection read_trust(const YamlNode& node, const std::string& folder, PackDepth depth) {
  TrustSection trust;
  Section section(node, "trust");
  section.read("default", trust.fallback,
               [](const YamlNode& value) { return std::optional<Trust>(values::trust(value)); });
  if (const YamlNode* side = section.find("trusted")) {
    Section lists(*side, "trust.trusted");
    read_lists(lists, trust.trusted);
    lists.done();
  }
  if (const YamlNode* side = section.find("untrusted")) {
    Section lists(*side, "trust.untrusted");
    read_lists(lists, trust.untrusted);
    read_packs(lists, folder, depth, trust);
    lists.done();
  }
  section.done();
  return trust;
}

std::vector<RuleConfig> read_rules(const YamlNode& node, const std::string& origin) {
  if (node.kind != YamlNode::Kind::list) {
    node.fail(fmt::format("'rules' must be a list, not {}; write each rule as - name: ...",
                          node.described()));
  }
  std::vector<RuleConfig> rules;
  std::unordered_set<std::string> names;
  for (const YamlNode& item : node.items) {
    Section::guard(item, [&] {
      RuleConfig rule = read_rule(item, origin);
      if (!names.insert(rule.name).second) {
        item.fail(fmt::format("a rule named {} stands above; give each its own name",
                              in_quotes(rule.name)));
      }
      rules.push_back(std::move(rule));
    });
  }
  return rules;
}

void merge_own(TrustSection&& section, Config& config) {
  TrustConfig& trust = config.trust;
  if (section.fallback) trust.fallback = *section.fallback;
  append(trust.trusted, std::move(section.trusted));
  append(trust.untrusted, std::move(section.untrusted));
  merge_borrowed(std::move(section.borrowed), trust);
  merge_catalog(std::move(section.catalog), config.catalog);
}

void merge_borrowed(std::vector<BorrowedTrust>&& borrowed, TrustConfig& trust) {
  for (BorrowedTrust& entry : borrowed) {
    const bool known =
        std::any_of(trust.borrowed.begin(), trust.borrowed.end(), [&](const BorrowedTrust& there) {
          return there.origin == entry.origin && there.trust == entry.trust;
        });
    if (!known) trust.borrowed.push_back(std::move(entry));
  }
}

void merge_catalog(std::vector<CatalogEntry>&& entries, std::vector<CatalogEntry>& catalog) {
  append(catalog, std::move(entries));
}

}  // namespace telltale
