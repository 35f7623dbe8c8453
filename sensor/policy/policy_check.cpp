#include "sensor/policy/policy_check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sensor/policy/registrable_domain.h"

namespace telltale {
namespace {

constexpr size_t kMostWarnings = 100;

struct Listed {
  std::string list;
  Trust trust = Trust::unknown;
  bool own = false;
};

// Visits every entry of every list: kind, text, list.
template <typename Visit>
void each_list(const TrustConfig& trust, Visit visit) {
  visit(trust.trusted, Listed{"trusted", Trust::trusted, true});
  visit(trust.untrusted, Listed{"untrusted", Trust::untrusted, true});
  for (const BorrowedTrust& borrowed : trust.borrowed) {
    visit(borrowed.lists, Listed{fmt::format("{}.{}", name_of(borrowed.trust), borrowed.origin),
                                 borrowed.trust, false});
  }
}

template <typename Visit>
void each_entry(const TrustConfig& trust, Visit visit) {
  each_list(trust, [&](const TrustLists& lists, const Listed& listed) {
    for (const std::string& domain : lists.domains) visit("domains", domain, listed);
    for (const Cidr& cidr : lists.cidrs) visit("cidrs", cidr.to_string(), listed);
    for (const uint32_t asn : lists.asns) visit("asns", "AS" + std::to_string(asn), listed);
    for (const std::string& name : lists.operators) visit("operators", name, listed);
    for (const std::string& code : lists.operator_countries)
      visit("operator_countries", code, listed);
    for (const std::string& code : lists.countries) visit("countries", code, listed);
  });
}

// Which of two lists' same entry counts.
const Listed& stronger(const Listed& a, const Listed& b) {
  if (a.own != b.own) return a.own ? a : b;
  return a.trust == Trust::untrusted ? a : b;
}

std::vector<std::string> contradictions(const TrustConfig& trust) {
  std::vector<std::string> lines;
  std::map<std::pair<std::string, std::string>, Listed> seen;
  each_entry(trust, [&](const char* kind, const std::string& text, const Listed& listed) {
    const auto [there, is_new] = seen.try_emplace({kind, text}, listed);
    if (is_new || there->second.trust == listed.trust) return;
    const Listed& wins = stronger(there->second, listed);
    lines.push_back(fmt::format("{} {}: both {} and {}; {} counts", kind, text, there->second.list,
                                listed.list, wins.list));
  });
  return lines;
}

std::vector<std::string> overlapping_networks(const TrustConfig& trust) {
  struct Network {
    Cidr cidr;
    Listed listed;
  };
  std::vector<Network> networks;
  each_list(trust, [&](const TrustLists& lists, const Listed& listed) {
    for (const Cidr& cidr : lists.cidrs) networks.push_back({cidr, listed});
  });
  // By address, the wider first: what lies in a network stands behind it.
  std::stable_sort(networks.begin(), networks.end(), [](const Network& a, const Network& b) {
    if (a.cidr.network() != b.cidr.network()) return a.cidr.network() < b.cidr.network();
    return a.cidr.mapped_bits() < b.cidr.mapped_bits();
  });
  std::vector<std::string> lines;
  std::vector<const Network*> around;
  for (const Network& network : networks) {
    while (!around.empty() && !around.back()->cidr.contains(network.cidr.network()))
      around.pop_back();
    if (!around.empty() && around.back()->cidr.mapped_bits() < network.cidr.mapped_bits()) {
      const Network& outer = *around.back();
      if (outer.listed.trust == network.listed.trust) {
        lines.push_back(fmt::format("cidrs {} ({}) lies in {} ({}) and changes nothing",
                                    network.cidr.to_string(), network.listed.list,
                                    outer.cidr.to_string(), outer.listed.list));
      } else {
        lines.push_back(fmt::format("cidrs {} ({}) lies in {} ({}); the longer one counts there",
                                    network.cidr.to_string(), network.listed.list,
                                    outer.cidr.to_string(), outer.listed.list));
      }
    }
    around.push_back(&network);
  }
  return lines;
}

std::vector<std::string> public_suffixes(const TrustConfig& trust) {
  std::vector<std::string> lines;
  each_entry(trust, [&](const char* kind, const std::string& text, const Listed& listed) {
    if (std::string_view(kind) != "domains" || !is_public_suffix(text)) return;
    lines.push_back(fmt::format("domains {} ({}) is a public suffix: it covers every site under it",
                                text, listed.list));
  });
  return lines;
}

template <typename T>
bool within(const std::vector<T>& inner, const std::vector<T>& outer) {
  if (outer.empty()) return true;
  if (inner.empty()) return false;
  return std::all_of(inner.begin(), inner.end(), [&](const T& item) {
    return std::find(outer.begin(), outer.end(), item) != outer.end();
  });
}

// Everything `later` asks for is already what `earlier` asks for: it can never be reached. Says so
// only where that is plain.
bool is_shadowed(const RuleCondition& later, const RuleCondition& earlier) {
  return later.subject == earlier.subject && within(later.anomalies, earlier.anomalies) &&
         within(later.classes, earlier.classes) && within(later.types, earlier.types) &&
         within(later.trust, earlier.trust) && within(later.lists, earlier.lists) &&
         within(later.countries, earlier.countries) &&
         (earlier.countries_not.empty() || earlier.countries_not == later.countries_not) &&
         within(later.operators, earlier.operators) &&
         within(later.operator_countries, earlier.operator_countries) &&
         within(later.asns, earlier.asns) && within(later.apps, earlier.apps) &&
         within(later.devices, earlier.devices) && within(later.groups, earlier.groups) &&
         within(later.domains, earlier.domains) && within(later.addresses, earlier.addresses) &&
         within(later.times, earlier.times) && (later.days & ~earlier.days) == 0 &&
         (!earlier.cleartext || earlier.cleartext == later.cleartext) &&
         earlier.min_confidence <= later.min_confidence && earlier.min_bytes <= later.min_bytes;
}

std::vector<std::string> rule_warnings(const std::vector<RuleConfig>& rules) {
  std::vector<std::string> lines;
  for (size_t later = 0; later < rules.size() && lines.size() < kMostWarnings; ++later) {
    for (size_t earlier = 0; earlier < later; ++earlier) {
      if (!is_shadowed(rules[later].when, rules[earlier].when)) continue;
      lines.push_back(fmt::format("rule '{}' ({}:{}) is never reached: '{}' ({}:{}) holds first",
                                  rules[later].name, rules[later].origin, rules[later].line,
                                  rules[earlier].name, rules[earlier].origin, rules[earlier].line));
      break;
    }
  }
  return lines;
}

size_t entries(const TrustLists& lists) {
  return lists.domains.size() + lists.cidrs.size() + lists.asns.size() + lists.operators.size() +
         lists.countries.size() + lists.operator_countries.size();
}

}  // namespace

std::vector<std::string> policy_warnings(const Config& config) {
  std::vector<std::string> all = contradictions(config.trust);
  for (auto more : {overlapping_networks(config.trust), public_suffixes(config.trust),
                    rule_warnings(config.rules)}) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  }
  if (all.size() > kMostWarnings) {
    const size_t more = all.size() - kMostWarnings;
    all.resize(kMostWarnings);
    all.push_back(fmt::format("and {} more", more));
  }
  return all;
}

std::string policy_summary(const PolicyView& policy) {
  size_t trusted = 0;
  size_t untrusted = 0;
  each_list(policy.config.trust, [&](const TrustLists& lists, const Listed& listed) {
    (listed.trust == Trust::trusted ? trusted : untrusted) += entries(lists);
  });
  size_t of_feeds = 0;
  const auto feeds = policy.feeds == nullptr ? nullptr : policy.feeds->current();
  if (feeds != nullptr) {
    for (const auto& feed : *feeds) of_feeds += feed->size();
  }
  return fmt::format(
      "ok: {} rules, {} trusted and {} untrusted entries, {} feeds with {} entries, {} mutes",
      policy.rules.rules().size(), trusted, untrusted, feeds == nullptr ? 0 : feeds->size(),
      of_feeds, policy.rules.mutes()->mutes().size());
}

}  // namespace telltale
