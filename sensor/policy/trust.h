// TrustPolicy: is a destination trusted, and which entry says so.
//
// Three ranks are asked in turn, and the first with a match decides: its name and its address
// (domains, cidrs), who runs it (asns, operators), where that is (operator_countries, countries);
// then the default. Within a kind the longest match wins, then the user's own entry before a pack's
// or feed's, then untrusted. Where kinds of one rank disagree, untrusted wins.
//
// A judgement depends on the destination's facts and the lists alone, so that what is stored can be judged
// again under other lists.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"
#include "sensor/policy/feed_set.h"

namespace telltale {

struct TrustDecision {
  Trust trust = Trust::unknown;
  std::string reason;  // list and entry: "untrusted.packs.in-69a-2020: tiktok.com"
};

// One kind of list that was asked, for explanations.
struct TrustStep {
  int rank = 0;       // 1..3; 4 is the default
  std::string kind;   // "domains", "cidrs", ...
  std::string asked;  // "api.tiktok.com", "AS15169"; empty where the fact is not known
  // Every entry that matches, the one that counts first.
  std::vector<TrustDecision> matches;
  bool decided = false;  // its first match is the judgement
};

class TrustPolicy {
 public:
  // `feeds` must outlive it; null: none.
  explicit TrustPolicy(const Config& config, const FeedSet* feeds = nullptr);

  // Judges by the destination's facts. Where destination.hostname_unverified, the name of its DNS answers may
  // earn trust, and the claimed one only distrust.
  TrustDecision judge(const Destination& destination) const;

  // What judge() looks at, whole, in its order.
  std::vector<TrustStep> consulted(const Destination& destination) const;

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

  // An entry that matches: one of entries_, or one of a feed.
  struct Match {
    Trust trust = Trust::unknown;
    bool own = false;
    uint32_t entry = kNone;
    const Feed* feed = nullptr;
    std::string feed_entry;
    std::string feed_label;
  };
  using Matches = std::vector<Match>;
  // One judgement: the feeds of the moment, and whether all matches are wanted or only the first that counts.
  struct Question {
    std::shared_ptr<const FeedList> feeds;
    bool all = false;
  };
  struct Asked {
    const char* kind;
    std::string what;
    Matches matches;
  };
  static constexpr int kRanks = 3;

  void add(const TrustLists& lists, Trust trust, const std::string& origin);
  void put(Sides& sides, Entry entry);
  Question question(bool all) const;
  // Adds the matches of one key; the one that counts first.
  void take(const Sides* sides, const FeedList* feeds, std::string_view name, Matches& found) const;
  Matches by_domain(const Question& question, std::string_view host) const;
  Matches distrust_by_domain(std::string_view host) const;
  Matches by_network(const Question& question, const IpAddress& address) const;
  Matches by_text(const TextTable& table, std::string_view key) const;
  Matches by_asn(uint32_t asn) const;
  std::vector<Asked> names_of(const Question& question, const Destination& destination) const;
  bool lists_anything(const Question& question, int rank) const;
  std::vector<Asked> ask(const Question& question, int rank, const Destination& destination) const;
  // Of what one rank answered, the match that decides; null where there is none.
  static const Match* decider(const std::vector<Asked>& answers);
  TrustDecision decision(const Match& match) const;
  TrustDecision by_default() const;

  Trust fallback_;
  const FeedSet* feeds_;
  std::vector<Entry> entries_;
  TextTable domains_;
  std::unordered_map<NetworkKey, Sides, NetworkHash> networks_;
  std::vector<int> network_bits_;  // lengths in use, the longest first
  std::unordered_map<uint32_t, Sides> asns_;
  TextTable operators_;  // lower case
  TextTable operator_countries_;
  TextTable countries_;
};

}  // namespace telltale
