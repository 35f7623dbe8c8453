// RecentMap: a table of at most `capacity` entries; a new one takes the place of the one used
// longest ago.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace telltale {

template <typename Key, typename Value, typename Hash>
class RecentMap {
 public:
  explicit RecentMap(size_t capacity) : capacity_(capacity) {}
  RecentMap(const RecentMap&) = delete;
  RecentMap& operator=(const RecentMap&) = delete;

  // The entry of `key`, made empty where there was none. `*evicted` tells whether another had to
  // go. The reference lives until the next call.
  Value& at(const Key& key, bool* evicted) {
    *evicted = false;
    if (const auto found = entries_.find(key); found != entries_.end()) {
      Entry& entry = found->second;
      if (&entry != newest_) {
        unlink(entry);
        link(entry);
      }
      return entry.value;
    }
    if (entries_.size() >= capacity_ && oldest_ != nullptr) {
      *evicted = true;
      const auto gone = oldest_->place;
      unlink(*oldest_);
      entries_.erase(gone);
    }
    const auto made = entries_.try_emplace(key).first;
    made->second.place = made;
    link(made->second);
    return made->second.value;
  }
  size_t size() const { return entries_.size(); }
  // From the one used last on.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Entry* entry = newest_; entry != nullptr; entry = entry->older) {
      visit(entry->place->first, entry->value);
    }
  }

 private:
  struct Entry;
  using Entries = std::unordered_map<Key, Entry, Hash>;  // its nodes never move
  struct Entry {
    Value value{};
    Entry* newer = nullptr;
    Entry* older = nullptr;
    typename Entries::iterator place;
  };

  void link(Entry& entry) {
    entry.newer = nullptr;
    entry.older = std::exchange(newest_, &entry);
    (entry.older == nullptr ? oldest_ : entry.older->newer) = &entry;
  }
  void unlink(Entry& entry) {
    (entry.newer == nullptr ? newest_ : entry.newer->older) = entry.older;
    (entry.older == nullptr ? oldest_ : entry.older->newer) = entry.newer;
  }

  size_t capacity_;
  Entries entries_;
  Entry* newest_ = nullptr;
  Entry* oldest_ = nullptr;
};

}  // namespace telltale
