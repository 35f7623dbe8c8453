#include "sensor/policy/trust.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"

namespace telltale {
namespace {

IpAddress masked(const IpAddress& address, int bits) {
  auto bytes = address.bytes();
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int keep = std::clamp(bits - static_cast<int>(i) * 8, 0, 8);
    bytes[i] = static_cast<uint8_t>(bytes[i] & (0xff << (8 - keep)));
  }
  return IpAddress::v6(bytes.data());
}

std::string_view parent_domain(std::string_view host) {
  const size_t dot = host.find('.');
  return dot == std::string_view::npos ? std::string_view{} : host.substr(dot + 1);
}

}  // namespace

size_t TrustPolicy::NetworkHash::operator()(const NetworkKey& key) const {
  const auto& bytes = key.network.bytes();
  return hash64(Bytes{bytes.data(), bytes.size()}, {static_cast<uint64_t>(key.bits), 0});
}

TrustPolicy::TrustPolicy(const Config& config, const FeedSet* feeds)
    : fallback_(config.trust.fallback), feeds_(feeds) {
  add(config.trust.trusted, Trust::trusted, {});
  add(config.trust.untrusted, Trust::untrusted, {});
  for (const BorrowedTrust& borrowed : config.trust.borrowed) {
    add(borrowed.lists, borrowed.trust, borrowed.origin);
  }
  std::sort(network_bits_.begin(), network_bits_.end(), std::greater<>());
  network_bits_.erase(std::unique(network_bits_.begin(), network_bits_.end()), network_bits_.end());
}

void TrustPolicy::add(const TrustLists& lists, Trust trust, const std::string& origin) {
  const auto entry = [&](std::string_view kind, std::string text) {
    return Entry{trust, origin.empty(),
                 std::string(name_of(trust)) + "." + (origin.empty() ? std::string(kind) : origin),
                 std::move(text)};
  };
  for (const auto& domain : lists.domains) put(domains_[domain], entry("domains", domain));
  for (const Cidr& cidr : lists.cidrs) {
    network_bits_.push_back(cidr.mapped_bits());
    put(networks_[{cidr.network(), cidr.mapped_bits()}], entry("cidrs", cidr.to_string()));
  }
  for (const uint32_t asn : lists.asns) put(asns_[asn], entry("asns", "AS" + std::to_string(asn)));
  for (const auto& name : lists.operators) {
    put(operators_[ascii_lower(name)], entry("operators", name));
  }
  for (const auto& code : lists.operator_countries) {
    put(operator_countries_[code], entry("operator_countries", code));
  }
  for (const auto& code : lists.countries) put(countries_[code], entry("countries", code));
}

// Keeps the better entry of each side: the user's own, else the first that came.
void TrustPolicy::put(Sides& sides, Entry entry) {
  uint32_t& side = entry.trust == Trust::trusted ? sides.trusted : sides.untrusted;
  if (side != kNone && (entries_[side].own || !entry.own)) return;
  side = static_cast<uint32_t>(entries_.size());
  entries_.push_back(std::move(entry));
}

TrustPolicy::Question TrustPolicy::question(bool all) const {
  return {feeds_ == nullptr ? nullptr : feeds_->current(), all};
}

// All match the same key, so the user's own comes before what is borrowed, then untrusted.
void TrustPolicy::take(const Sides* sides, const FeedList* feeds, std::string_view name,
                       Matches& found) const {
  const size_t before = found.size();
  if (sides != nullptr) {
    for (const uint32_t side : {sides->untrusted, sides->trusted}) {
      if (side == kNone) continue;
      const Entry& entry = entries_[side];
      found.push_back({entry.trust, entry.own, side, nullptr, {}, {}});
    }
  }
  if (feeds != nullptr) {
    for (const auto& feed : *feeds) {
      if (!feed->has_name(name)) continue;
      FeedHit hit = *feed->find_name(name);
      found.push_back({feed->config().trust, false, kNone, feed.get(), std::move(hit.entry),
                       std::move(hit.label)});
    }
  }
  std::stable_sort(found.begin() + static_cast<std::ptrdiff_t>(before), found.end(),
                   [](const Match& a, const Match& b) {
                     if (a.own != b.own) return a.own;
                     return a.trust == Trust::untrusted && b.trust != Trust::untrusted;
                   });
}

TrustPolicy::Matches TrustPolicy::by_domain(const Question& question, std::string_view host) const {
  Matches found;
  for (; !host.empty() && (question.all || found.empty()); host = parent_domain(host)) {
    const auto here = domains_.find(host);
    take(here == domains_.end() ? nullptr : &here->second, question.feeds.get(), host, found);
  }
  return found;
}

// The longest entry that distrusts `host`, though a longer one may trust it.
TrustPolicy::Matches TrustPolicy::distrust_by_domain(std::string_view host) const {
  Matches found = by_domain(question(true), host);
  std::erase_if(found, [](const Match& match) { return match.trust != Trust::untrusted; });
  return found;
}

TrustPolicy::Matches TrustPolicy::by_network(const Question& question,
                                             const IpAddress& address) const {
  struct Ranked {
    int bits;
    Match match;
  };
  std::vector<Ranked> ranked;
  for (const int bits : network_bits_) {
    const auto here = networks_.find({masked(address, bits), bits});
    if (here == networks_.end()) continue;
    Matches found;
    take(&here->second, nullptr, {}, found);
    for (Match& match : found) ranked.push_back({bits, std::move(match)});
    if (!question.all) break;
  }
  if (question.feeds != nullptr) {
    for (const auto& feed : *question.feeds) {
      int bits = 0;
      if (auto hit = feed->find_address(address, &bits)) {
        ranked.push_back({bits,
                          {feed->config().trust, false, kNone, feed.get(), std::move(hit->entry),
                           std::move(hit->label)}});
      }
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (a.bits != b.bits) return a.bits > b.bits;
    if (a.match.own != b.match.own) return a.match.own;
    return a.match.trust == Trust::untrusted && b.match.trust != Trust::untrusted;
  });
  Matches found;
  for (Ranked& there : ranked) found.push_back(std::move(there.match));
  return found;
}

TrustPolicy::Matches TrustPolicy::by_text(const TextTable& table, std::string_view key) const {
  Matches found;
  const auto here = key.empty() ? table.end() : table.find(key);
  if (here != table.end()) take(&here->second, nullptr, {}, found);
  return found;
}

TrustPolicy::Matches TrustPolicy::by_asn(uint32_t asn) const {
  Matches found;
  const auto here = asn == 0 ? asns_.end() : asns_.find(asn);
  if (here != asns_.end()) take(&here->second, nullptr, {}, found);
  return found;
}

std::vector<TrustPolicy::Asked> TrustPolicy::names_of(const Question& question,
                                                      const Destination& destination) const {
  if (!destination.hostname_unverified) {
    return {{"domains", destination.hostname, by_domain(question, destination.hostname)}};
  }
  return {{"domains", destination.dns_name, by_domain(question, destination.dns_name)},
          {"domains, of the name the device claims: only distrust counts", destination.hostname,
           distrust_by_domain(destination.hostname)}};
}

std::vector<TrustPolicy::Asked> TrustPolicy::ask(const Question& question, int rank,
                                                 const Destination& destination) const {
  if (rank == 1) {
    std::vector<Asked> answers = names_of(question, destination);
    answers.push_back(
        {"cidrs", destination.ip.to_string(), by_network(question, destination.ip)});
    return answers;
  }
  if (rank == 2) {
    return {{"asns", destination.asn == 0 ? "" : "AS" + std::to_string(destination.asn),
             by_asn(destination.asn)},
            {"operators", destination.operator_name,
             by_text(operators_, ascii_lower(destination.operator_name))}};
  }
  return {{"operator_countries", destination.operator_country,
           by_text(operator_countries_, destination.operator_country)},
          {"countries", destination.country, by_text(countries_, destination.country)}};
}

// The first kind's, unless another kind's is untrusted and it is not.
const TrustPolicy::Match* TrustPolicy::decider(const std::vector<Asked>& answers) {
  const Match* best = nullptr;
  for (const Asked& answer : answers) {
    if (answer.matches.empty()) continue;
    const Match& first = answer.matches.front();
    const bool worse = best != nullptr && first.trust == Trust::untrusted &&
                       best->trust != Trust::untrusted;
    if (best == nullptr || worse) best = &first;
  }
  return best;
}

TrustDecision TrustPolicy::decision(const Match& match) const {
  if (match.feed == nullptr) {
    const Entry& entry = entries_[match.entry];
    return {entry.trust, entry.list + ": " + entry.text};
  }
  std::string reason = std::string(name_of(match.trust)) + ".feeds." + match.feed->config().name + ": " +
                       match.feed_entry;
  if (!match.feed_label.empty()) reason += " (" + match.feed_label + ")";
  return {match.trust, std::move(reason)};
}

TrustDecision TrustPolicy::by_default() const {
  return {fallback_, "default: " + std::string(name_of(fallback_))};
}

// Is anything listed that a rank goes by?
bool TrustPolicy::lists_anything(const Question& question, int rank) const {
  if (rank == 1) {
    const bool has_feeds = question.feeds != nullptr && !question.feeds->empty();
    return !domains_.empty() || !networks_.empty() || has_feeds;
  }
  if (rank == 2) return !asns_.empty() || !operators_.empty();
  return !operator_countries_.empty() || !countries_.empty();
}

TrustDecision TrustPolicy::judge(const Destination& destination) const {
  const Question asked = question(false);
  for (int rank = 1; rank <= kRanks; ++rank) {
    if (!lists_anything(asked, rank)) continue;
    const std::vector<Asked> answers = ask(asked, rank, destination);
    if (const Match* decided = decider(answers)) return decision(*decided);
  }
  return by_default();
}

std::vector<TrustStep> TrustPolicy::consulted(const Destination& destination) const {
  const Question asked = question(true);
  std::vector<TrustStep> steps;
  bool is_decided = false;
  for (int rank = 1; rank <= kRanks; ++rank) {
    const std::vector<Asked> answers = ask(asked, rank, destination);
    const Match* decided = is_decided ? nullptr : decider(answers);
    for (const Asked& answer : answers) {
      TrustStep step{rank, answer.kind, answer.what, {}, false};
      for (const Match& match : answer.matches) step.matches.push_back(decision(match));
      step.decided = decided != nullptr && !answer.matches.empty() && decided == &answer.matches.front();
      steps.push_back(std::move(step));
    }
    is_decided = is_decided || decided != nullptr;
  }
  steps.push_back({kRanks + 1, "default", "", {by_default()}, !is_decided});
  return steps;
}

}  // namespace telltale
