// FeedBuilder: what the readers of feed formats put their entries into.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "sensor/policy/feed.h"

namespace telltale {

class FeedBuilder {
 public:
  FeedBuilder(const FeedConfig& config, const FeedLimits& limits);

  // A domain (also "*.x", ".x"), an address (also with a port), a network or a URL.
  void add(std::string_view value, size_t line, std::string_view label = {});
  // The same, of what may be a list in which other words are no garbage ("type: hostname").
  void skip(FeedSkip why, size_t line, std::string_view text);
  // False once the feed is full.
  bool has_room() const { return feed_.size() < limits_.max_entries; }

  // Ends building.
  LoadedFeed finish(std::string_view format);

 private:
  void add_domain(std::string_view name, size_t line, std::string_view as_written,
                  std::string_view label);
  void add_network(const Cidr& network, std::string_view label);
  bool add_url(std::string_view url, size_t line, std::string_view label);
  uint16_t label_number(std::string_view label);

  const FeedLimits& limits_;
  Feed feed_;
  FeedReport report_;
  std::unordered_map<std::string, uint16_t> label_numbers_;
};

}  // namespace telltale
