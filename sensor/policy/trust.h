// TrustPolicy: is a destination trusted, and which entry says so.
//
// Three ranks are asked in turn, and the first with a match decides: its name and its address
// (domains, cidrs), who runs it (asns, operators), where that is (operator_countries, countries);
// then the default. Within a kind the longest match wins, then the user's own entry before a pack's
// or feed's, then untrusted. Where kinds of one rank disagree, untrusted wins.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"

namespace telltale {

struct TrustDecision {
  Trust trust = Trust::unknown;
  std::string reason;  // list and entry: "untrusted.packs.in-69a-2020: tiktok.com"
};

class TrustPolicy {
 public:
  explicit TrustPolicy(const Config& config);

  // Judges by the destination's facts. `dns_name` is what the device's DNS answers call the
  // address: where destination.hostname_unverified, that name may earn trust, and the claimed one
  // only distrust.
  TrustDecision judge(const Destination& destination, std::string_view dns_name = {}) const;

  // The match of each rank that has one, the one that decides first, then the default; for
  // explanations.
  std::vector<TrustDecision> consulted(const Destination& destination,
                                       std::string_view dns_name = {}) const;

 private:
  struct Entry {
    Trust trust = Trust::unknown;
    bool own = false;
    std::string list;  // "untrusted.domains", "untrusted.packs.in-69a-2020"
    std::string text;  // the entry as it reads in the list
  };
  // For one key the entry that wins on each side, indexes into entries_.
  struct Sides {
    uint32_t trusted = kNone;
    uint32_t untrusted = kNone;
  };
  struct NetworkKey {
    IpAddress network;
    int bits = 0;
    friend bool operator==(const NetworkKey&, const NetworkKey&) = default;
  };
  struct NetworkHash {
    size_t operator()(const NetworkKey& key) const;
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using TextTable = std::unordered_map<std::string, Sides, TextHash, std::equal_to<>>;
  static constexpr uint32_t kNone = 0xffffffff;

  static constexpr size_t kRanks = 3;

  void add(const TrustLists& lists, Trust trust, const std::string& origin);
  void put(Sides& sides, Entry entry);
  uint32_t pick(const Sides& sides) const;
  uint32_t worse(uint32_t a, uint32_t b) const;
  uint32_t by_domain(std::string_view host) const;
  uint32_t distrust_by_domain(std::string_view host) const;
  uint32_t by_name(const Destination& destination, std::string_view dns_name) const;
  uint32_t by_network(const IpAddress& address) const;
  uint32_t by_text(const TextTable& table, std::string_view key) const;
  uint32_t by_asn(uint32_t asn) const;
  std::array<uint32_t, kRanks> ranks(const Destination& destination,
                                     std::string_view dns_name) const;
  TrustDecision decision(uint32_t entry) const;

  Trust fallback_;
  std::vector<Entry> entries_;
  TextTable domains_;
  std::unordered_map<NetworkKey, Sides, NetworkHash> networks_;
  std::vector<int> network_bits_;  // lengths in use, the longest first
  std::unordered_map<uint32_t, Sides> asns_;
  TextTable operators_;
  TextTable operator_countries_;
  TextTable countries_;
};

}  // namespace telltale
