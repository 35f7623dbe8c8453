#include "sensor/policy/host_names.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/policy/registrable_domain.h"

namespace telltale {
namespace {

constexpr std::chrono::hours kShortestHold{1};
constexpr std::chrono::hours kLongestHold{24 *
                                          7};  // a resolver's usual cap; a TTL may say 68 years

std::string normal(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return ascii_lower(name);
}

bool same_site(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::string_view site = registrable_domain(a);
  return !site.empty() && site == registrable_domain(b);
}

}  // namespace

HostNames::HostNames(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}

uint32_t HostNames::hash(const Key& key) const {
  const uint8_t* device = key.device.bytes().data();
  const uint8_t* address = key.address.bytes().data();
  const uint64_t first = table_hash(load_be64(device), load_be64(device + 8), hash_key_);
  const uint64_t second = table_hash(load_be64(address), load_be64(address + 8), hash_key_);
  return table_hash(first, second, hash_key_);
}

void HostNames::learn(const DnsAnswer& answer) {
  std::string name = normal(answer.name);
  if (name.empty()) return;
  const Timestamp until =
      answer.ts + std::clamp<std::chrono::seconds>(answer.ttl, kShortestHold, kLongestHold);
  const Key key{answer.device, answer.address};
  Pair* pair = find(key);
  if (pair == nullptr) pair = &begin(key);
  resolved_[resolved_key(answer.device, name)] = until;
  auto& names = pair->names;
  const auto known = std::find_if(names.begin(), names.end(),
                                  [&](const Name& there) { return there.text == name; });
  if (known != names.end()) {
    std::rotate(known, known + 1, names.end());
    names.back().until = std::max(names.back().until, until);
    return;
  }
  if (names.size() >= limits_.max_names_of_address) {
    weird_.count(Weird::host_name_of_address_beyond_cap);
    resolved_.erase(resolved_key(answer.device, names.front().text));
    names.erase(names.begin());
  }
  names.push_back({std::move(name), until});
}

std::string_view HostNames::lookup(const IpAddress& device, const IpAddress& address,
                                   Timestamp ts) {
  const Pair* pair = find({device, address});
  if (pair == nullptr) return {};
  for (auto name = pair->names.rbegin(); name != pair->names.rend(); ++name) {
    if (name->until >= ts) return name->text;
  }
  return {};
}

NameClaim HostNames::check(const IpAddress& device, const IpAddress& address, std::string_view host,
                           Timestamp ts) {
  bool otherwise = was_resolved(device, host, ts);
  if (const Pair* pair = find({device, address})) {
    for (const Name& name : pair->names) {
      if (same_site(name.text, host)) return NameClaim::backed;
      otherwise = otherwise || name.until >= ts;
    }
  }
  return otherwise ? NameClaim::contradicted : NameClaim::unheard;
}

HostNames::Pair* HostNames::find(const Key& key) {
  const uint32_t found = index_.find(hash(key), [&](uint32_t i) { return pairs_[i].key == key; });
  if (found == HashIndex::kNone) return nullptr;
  if (found != newest_) {
    unlink(pairs_[found]);
    link(found);
  }
  return &pairs_[found];
}

HostNames::Pair& HostNames::begin(const Key& key) {
  uint32_t number = static_cast<uint32_t>(pairs_.size());
  if (number > 0 && number >= limits_.max_host_names) {
    number = drop_oldest();
  } else {
    pairs_.emplace_back();
  }
  pairs_[number].key = key;
  index_.insert(hash(key), number);
  link(number);
  return pairs_[number];
}

void HostNames::link(uint32_t number) {
  Pair& pair = pairs_[number];
  pair.older = pair.newer = number;
  if (index_.size() > 1) {
    pair.older = newest_;
    pair.newer = pairs_[newest_].newer;
    pairs_[pair.older].newer = number;
    pairs_[pair.newer].older = number;
  }
  newest_ = number;
}

void HostNames::unlink(const Pair& pair) {
  pairs_[pair.older].newer = pair.newer;
  pairs_[pair.newer].older = pair.older;
}

bool HostNames::was_resolved(const IpAddress& device, std::string_view host, Timestamp ts) const {
  const auto found = resolved_.find(resolved_key(device, host));
  return found != resolved_.end() && found->second >= ts;
}

uint64_t HostNames::resolved_key(const IpAddress& device, std::string_view host) const {
  const uint64_t device_hash =
      hash64(Bytes{device.bytes().data(), device.bytes().size()}, hash_key_);
  return hash64(host, {hash_key_.k0 ^ device_hash, hash_key_.k1});
}

// Returns the number that has become free.
uint32_t HostNames::drop_oldest() {
  weird_.count(Weird::host_name_beyond_cap);
  const uint32_t number = pairs_[newest_].newer;
  Pair& oldest = pairs_[number];
  for (const Name& name : oldest.names) {
    resolved_.erase(resolved_key(oldest.key.device, name.text));
  }
  index_.erase(hash(oldest.key), number);
  unlink(oldest);
  oldest.names.clear();
  return number;
}

}  // namespace telltale
