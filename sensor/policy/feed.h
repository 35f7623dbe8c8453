// A feed: a list of domains, addresses and networks that somebody else keeps, loaded from a file.
//
// load_feed() recognises the format by content (feed_formats.inc) and puts every entry into a Feed,
// which is immutable and compact. Whatever in the file is no entry is counted and the first of each
// kind kept for the report, so that a user learns what was left out and why.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "sensor/policy/domain_table.h"

namespace telltale {

// what() is one line, FILE:LINE:COL: what is wrong, and what would be right.
class FeedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Why something in a feed is no entry.
enum class FeedSkip : uint8_t {
#define SKIP(name, text) name,
#include "sensor/policy/feed_skips.inc"
#undef SKIP
  count_
};
inline constexpr size_t kFeedSkipCount = static_cast<size_t>(FeedSkip::count_);
std::string_view text_of(FeedSkip skip);

struct FeedReport {
  struct Skipped {
    uint64_t count = 0;
    uint64_t first_line = 0;  // 0 where the format has no lines
    std::string first;        // made printable, cut
  };

  std::string path;
  std::string format;
  uint64_t entries = 0;
  uint64_t duplicates = 0;
  Skipped skipped[kFeedSkipCount];

  uint64_t bad() const;  // garbage
  // What a user is told: nothing when all was an entry, else a line for each kind of skip.
  std::vector<std::string> lines() const;
};

struct FeedHit {
  std::string entry;  // "tiktok.com", "198.51.100.0/24"
  std::string label;  // what the feed says of it: "FlexiSPY"; may be empty
};

class Feed {
 public:
  // Exactly this name, in lower case without a final dot; suffixes are the caller's.
  std::optional<FeedHit> find_name(std::string_view name) const;
  bool has_name(std::string_view name) const { return domains_.find(name).has_value(); }
  // The longest network that holds `address`; its length in the mapped 128-bit form is put into
  // `bits`.
  std::optional<FeedHit> find_address(const IpAddress& address, int* bits) const;
  size_t size() const { return domains_.size() + networks_.size(); }
  size_t bytes() const;
  const FeedConfig& config() const { return config_; }

 private:
  friend class FeedBuilder;
  struct Network {
    IpAddress address;
    uint8_t bits = 128;  // in the mapped form
    uint16_t label = 0;
    friend bool operator<(const Network& a, const Network& b) {
      return a.bits != b.bits ? a.bits > b.bits : a.address < b.address;
    }
  };

  FeedConfig config_;
  DomainTable domains_;
  std::vector<Network> networks_;  // the longest first, then by address
  std::vector<uint8_t> lengths_;   // in use, the longest first
  std::vector<std::string> labels_{std::string()};
};

struct LoadedFeed {
  Feed feed;
  FeedReport report;
};

// Throws FeedError where the file cannot be read, its format is not recognised or it has no entry
// at all.
LoadedFeed load_feed(const FeedConfig& config, const FeedLimits& limits);
// The same from text; config.path stands for the file in messages.
LoadedFeed parse_feed(std::string_view text, const FeedConfig& config, const FeedLimits& limits);

}  // namespace telltale
