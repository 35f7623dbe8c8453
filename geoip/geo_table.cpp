#include "geoip/geo_table.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "geoip/geo_error.h"

namespace telltale {
namespace {

constexpr int kIpv4Depth = 96;
constexpr size_t kSmall = 2048;  // networks that a binary search alone finds fast enough
constexpr int kV4Shift = 16;
constexpr int kV6Bits = 18;
constexpr int kV6Shift = 64 - 3 - kV6Bits;
constexpr uint64_t kGlobalUnicast = 1;  // the three first bits of 2000::/3
constexpr size_t kLongestOrg = 256;

uint32_t v6_slot(uint64_t high) {
  return static_cast<uint32_t>(high >> kV6Shift) & ((1U << kV6Bits) - 1);
}

}  // namespace

GeoTable::FactId GeoTable::fact(const GeoRecord& record) {
  if (record.country.empty() && record.asn == 0 && record.as_org.empty() && !record.anycast) {
    return 0;
  }
  const std::string key = record.country + '\0' + std::to_string(record.asn) +
                          (record.anycast ? "a" : "") + '\0' + record.as_org;
  const auto [place, is_new] = fact_ids_.try_emplace(key, static_cast<FactId>(facts_.size()));
  if (!is_new) return place->second;
  if (facts_.size() >= kAlias) throw GeoError("it tells more different facts than can be kept");
  Fact fact;
  fact.asn = record.asn;
  fact.anycast = record.anycast;
  if (record.country.size() == 2) std::memcpy(fact.country, record.country.data(), 2);
  if (!record.as_org.empty()) {
    const std::string org = record.as_org.substr(0, kLongestOrg);
    const auto [where, is_new_org] =
        org_places_.try_emplace(org, static_cast<uint32_t>(orgs_.size()));
    if (is_new_org) orgs_ += org;
    fact.org = where->second;
    fact.org_size = static_cast<uint16_t>(org.size());
  }
  facts_.push_back(fact);
  return place->second;
}

void GeoTable::add(const MmdbLeaf& network, FactId id) {
  const uint64_t high = load_be64(network.first.data());
  const uint64_t low = load_be64(network.first.data() + 8);
  const bool in_v4 = high == 0 && low >> 32 == 0;
  if (network.kind == MmdbLeaf::Kind::ipv4_alias) {
    id = kAlias | static_cast<FactId>(network.bits);
  }
  if (in_v4 && network.kind != MmdbLeaf::Kind::ipv4_alias) {
    const auto first = static_cast<uint32_t>(low);
    if (v4_.empty() || v4_.back().id != id) v4_.push_back({first, id});
    if (network.bits >= kIpv4Depth) return;
  }
  add_v6(high, low, id);
}

void GeoTable::add_v6(uint64_t high, uint64_t low, FactId id) {
  if (!v6_.empty() && id == last_v6_) return;
  const FactId before = last_v6_;
  last_v6_ = id;
  if (low == 0) {
    v6_.push_back(high);
    v6_ids_.push_back(id);
    return;
  }
  if (v6_.empty() || v6_.back() != high) {
    v6_.push_back(high);
    v6_ids_.push_back(before);
  }
  FactId& here = v6_ids_.back();
  if ((here & kDeep) == 0) {
    deep_.push_back({high, 0, here});
    here |= kDeep;
  }
  deep_.push_back({high, low, id});
}

void GeoTable::finish() {
  fact_ids_ = {};
  org_places_ = {};
  for (auto* numbers : {&v6_ids_}) numbers->shrink_to_fit();
  v4_.shrink_to_fit();
  v6_.shrink_to_fit();
  facts_.shrink_to_fit();
  orgs_.shrink_to_fit();
  index_first_bits();
}

void GeoTable::index_first_bits() {
  if (v4_.size() > kSmall) {
    v4_index_.reserve((1U << kV4Shift) + 1);
    size_t at = 0;
    for (uint64_t slot = 0; slot <= 1U << kV4Shift; ++slot) {
      while (at < v4_.size() && v4_[at].first < slot << kV4Shift) ++at;
      v4_index_.push_back(static_cast<uint32_t>(at));
    }
  }
  if (v6_.size() > kSmall) {
    v6_index_.reserve((1U << kV6Bits) + 1);
    size_t at = 0;
    for (uint64_t slot = 0; slot <= 1U << kV6Bits; ++slot) {
      const uint64_t first = (kGlobalUnicast << 61) + (slot << kV6Shift);
      while (at < v6_.size() && v6_[at] < first) ++at;
      v6_index_.push_back(static_cast<uint32_t>(at));
    }
  }
}

GeoTable::FactId GeoTable::find_v4(uint32_t address) const {
  auto from = v4_.begin();
  auto to = v4_.end();
  if (!v4_index_.empty()) {
    const uint32_t slot = address >> kV4Shift;
    from += v4_index_[slot];
    to = v4_.begin() + v4_index_[slot + 1];
  }
  const auto after = std::upper_bound(
      from, to, address, [](uint32_t wanted, const V4& there) { return wanted < there.first; });
  return after == v4_.begin() ? 0 : std::prev(after)->id;
}

GeoTable::FactId GeoTable::find_v6(uint64_t high, uint64_t low) const {
  auto from = v6_.begin();
  auto to = v6_.end();
  if (!v6_index_.empty() && high >> 61 == kGlobalUnicast) {
    const uint32_t slot = v6_slot(high);
    from += v6_index_[slot];
    to = v6_.begin() + v6_index_[slot + 1];
  }
  const auto after = std::upper_bound(from, to, high);
  if (after == v6_.begin()) return 0;
  const FactId id = v6_ids_[static_cast<size_t>(after - v6_.begin()) - 1];
  if ((id & kDeep) == 0) return id;
  const auto below = std::upper_bound(
      deep_.begin(), deep_.end(), Deep{high, low, 0}, [](const Deep& wanted, const Deep& there) {
        return wanted.high != there.high ? wanted.high < there.high : wanted.low < there.low;
      });
  return below == deep_.begin() ? 0 : std::prev(below)->id;
}

GeoTable::FactId GeoTable::find(const IpAddress& address) const {
  if (address.is_v4()) return find_v4(address.v4_host_order());
  const uint8_t* bytes = address.bytes().data();
  const uint64_t high = load_be64(bytes);
  const uint64_t low = load_be64(bytes + 8);
  if (high == 0 && low >> 32 == 0) return find_v4(static_cast<uint32_t>(low));
  const FactId id = find_v6(high, low);
  if ((id & kAlias) == 0) return id;
  const auto bits = static_cast<int>(id & ~kAlias);
  const uint64_t behind = bits == 0   ? high
                          : bits < 64 ? high << bits | low >> (64 - bits)
                                      : low << (bits - 64);
  return find_v4(static_cast<uint32_t>(behind >> 32));
}

GeoTable::Filled GeoTable::fill(const IpAddress& address, GeoRecord& found) const {
  Filled filled;
  const FactId id = find(address);
  if (id == 0) return filled;
  const Fact& fact = facts_[id];
  if (found.country.empty() && fact.country[0] != '\0') {
    found.country.assign(fact.country, 2);
    filled.country = true;
  }
  if (found.asn == 0 && fact.asn != 0) {
    found.asn = fact.asn;
    filled.network = true;
  }
  if (found.as_org.empty() && fact.org_size != 0) {
    found.as_org.assign(orgs_, fact.org, fact.org_size);
    filled.network = true;
  }
  found.anycast |= fact.anycast;
  return filled;
}

size_t GeoTable::bytes() const {
  return facts_.capacity() * sizeof(Fact) + orgs_.capacity() + v4_.capacity() * sizeof(V4) +
         v6_.capacity() * sizeof(uint64_t) + v6_ids_.capacity() * sizeof(FactId) +
         deep_.capacity() * sizeof(Deep) +
         (v4_index_.capacity() + v6_index_.capacity()) * sizeof(uint32_t);
}

}  // namespace telltale
