// Puts fragmented IP datagrams together again.
//
// A group holds the bytes of one datagram at their place and a sorted list of the ranges that are
// there, so that fragments may come in any order and twice. IPv4: where fragments disagree the
// first one wins and it is counted. IPv6: a datagram whose fragments overlap is dropped (RFC 5722).
// Groups, bytes and time are capped; the oldest group goes first. Time is that of the packets.
#pragma once

#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "config/limits.h"
#include "sensor/base/hash.h"
#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"
#include "sensor/base/weird.h"
#include "sensor/decode/slice.h"

namespace telltale {

// What fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
struct FragmentKey {
  IpAddress src;
  IpAddress dst;
  uint32_t id = 0;
  uint32_t vlan = 0;
  uint8_t protocol = 0;  // 0 for IPv6, where it is not part of the key
  friend bool operator==(const FragmentKey&, const FragmentKey&) = default;
};

struct Fragment {
  FragmentKey key;
  Bytes header;               // what stands before the data in the whole datagram
  size_t next_header_at = 0;  // where `header` says what follows it, and
  uint8_t next_header = 0;    // what is to stand there
  Slice data;
  size_t offset = 0;  // of data in the datagram, behind the header
  bool last = false;
  bool is_v6 = false;
};

class Fragments {
 public:
  Fragments(const Limits& limits, WeirdCounts& weird);

  // The whole datagram, when `fragment` was what it lacked: header and data, lengths and fragment
  // bits of an IPv4 header still as they came. Else empty. Valid until forget_completed().
  std::span<uint8_t> add(const Fragment& fragment, Timestamp now);

  void forget_completed() {
    if (!completed_.empty()) completed_.clear();
  }
  bool has_completed() const { return !completed_.empty(); }
  size_t groups() const { return groups_.size(); }
  size_t bytes_held() const { return bytes_held_; }  // allocated for groups

 private:
  struct Range {
    size_t begin;
    size_t end;
  };
  enum class Overlap : uint8_t { none, same, different };

  struct Group {
    FragmentKey key;
    Timestamp first_seen;
    std::vector<uint8_t> header;  // of the fragment at offset 0
    std::vector<uint8_t> data;
    std::vector<Range> ranges;  // sorted, apart from each other
    size_t total = 0;           // size of the data; 0 while the last fragment is missing
    bool dropped = false;       // what else comes of this datagram is ignored

    Overlap insert(size_t offset, Bytes bytes);
    bool is_whole() const;
    void drop();
    size_t cost() const;
  };
  using GroupList = std::list<Group>;  // oldest first

  struct KeyHash {
    size_t operator()(const FragmentKey& key) const;
  };

  bool is_acceptable(const Fragment& fragment);
  Group& group_of(const FragmentKey& key, Timestamp now);
  bool fits_end(const Group& group, const Fragment& fragment) const;
  void take_in(Group& group, const Fragment& fragment);
  std::span<uint8_t> complete(Group& group, bool is_v6);
  void expire(Timestamp now);
  void remove(GroupList::iterator group);
  void evict_oldest(Weird why);

  size_t max_groups_;
  size_t max_bytes_;
  Duration timeout_;
  WeirdCounts& weird_;
  GroupList by_age_;
  std::unordered_map<FragmentKey, GroupList::iterator, KeyHash> groups_;
  size_t bytes_held_ = 0;
  // More than one when a tunnel's datagram and the one inside were both fragmented.
  std::vector<std::vector<uint8_t>> completed_;
};

}  // namespace telltale
