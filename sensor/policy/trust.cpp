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

TrustPolicy::TrustPolicy(const Config& config) : fallback_(config.trust.fallback) {
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

// The user's own before a borrowed one, then untrusted.
uint32_t TrustPolicy::pick(const Sides& sides) const {
  if (sides.trusted == kNone) return sides.untrusted;
  if (sides.untrusted == kNone) return sides.trusted;
  return entries_[sides.trusted].own && !entries_[sides.untrusted].own ? sides.trusted
                                                                       : sides.untrusted;
}

// Of two kinds of one rank.
uint32_t TrustPolicy::worse(uint32_t a, uint32_t b) const {
  if (a == kNone) return b;
  if (b == kNone) return a;
  return entries_[b].trust == Trust::untrusted && entries_[a].trust != Trust::untrusted ? b : a;
}

uint32_t TrustPolicy::by_domain(std::string_view host) const {
  for (; !host.empty(); host = parent_domain(host)) {
    const auto found = domains_.find(host);
    if (found != domains_.end()) return pick(found->second);
  }
  return kNone;
}

// The longest entry that distrusts `host`, though a longer one may trust it.
uint32_t TrustPolicy::distrust_by_domain(std::string_view host) const {
  for (; !host.empty(); host = parent_domain(host)) {
    const auto found = domains_.find(host);
    if (found != domains_.end() && found->second.untrusted != kNone) return found->second.untrusted;
  }
  return kNone;
}

uint32_t TrustPolicy::by_name(const Destination& destination, std::string_view dns_name) const {
  if (!destination.hostname_unverified) return by_domain(destination.hostname);
  return worse(by_domain(dns_name), distrust_by_domain(destination.hostname));
}

uint32_t TrustPolicy::by_network(const IpAddress& address) const {
  for (const int bits : network_bits_) {
    const auto found = networks_.find({masked(address, bits), bits});
    if (found != networks_.end()) return pick(found->second);
  }
  return kNone;
}

uint32_t TrustPolicy::by_text(const TextTable& table, std::string_view key) const {
  if (key.empty()) return kNone;
  const auto found = table.find(key);
  return found == table.end() ? kNone : pick(found->second);
}

uint32_t TrustPolicy::by_asn(uint32_t asn) const {
  const auto found = asns_.find(asn);
  return asn == 0 || found == asns_.end() ? kNone : pick(found->second);
}

std::array<uint32_t, TrustPolicy::kRanks> TrustPolicy::ranks(const Destination& destination,
                                                             std::string_view dns_name) const {
  return {
      worse(by_name(destination, dns_name), by_network(destination.ip)),
      worse(by_asn(destination.asn), by_text(operators_, ascii_lower(destination.operator_name))),
      worse(by_text(operator_countries_, destination.operator_country),
            by_text(countries_, destination.country))};
}

TrustDecision TrustPolicy::decision(uint32_t entry) const {
  if (entry == kNone) return {fallback_, "default: " + std::string(name_of(fallback_))};
  const Entry& decided = entries_[entry];
  return {decided.trust, decided.list + ": " + decided.text};
}

TrustDecision TrustPolicy::judge(const Destination& destination, std::string_view dns_name) const {
  for (const uint32_t match : ranks(destination, dns_name)) {
    if (match != kNone) return decision(match);
  }
  return decision(kNone);
}

std::vector<TrustDecision> TrustPolicy::consulted(const Destination& destination,
                                                  std::string_view dns_name) const {
  std::vector<TrustDecision> all;
  for (const uint32_t match : ranks(destination, dns_name)) {
    if (match != kNone) all.push_back(decision(match));
  }
  all.push_back(decision(kNone));
  return all;
}

}  // namespace telltale
