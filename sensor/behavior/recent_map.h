// RecentMap: a table of at most `capacity` entries; a new one takes the place of the one used
// longest ago.
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace telltale {

template <typename Key, typename Value, typename Hash>
class RecentMap {
 public:
  explicit RecentMap(size_t capacity) : capacity_(capacity) {}

  // The entry of `key`, made empty where there was none. `*evicted` tells whether another had to
  // go. The reference lives until the next call.
  Value& at(const Key& key, bool* evicted) {
    *evicted = false;
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    if (entries_.size() >= capacity_) {
      *evicted = true;
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, Value{});
    index_.emplace(key, entries_.begin());
    return entries_.front().second;
  }
  size_t size() const { return entries_.size(); }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, value] : entries_) visit(key, value);
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  size_t capacity_;
  Entries entries_;  // used last first
  std::unordered_map<Key, typename Entries::iterator, Hash> index_;
};

}  // namespace telltale
