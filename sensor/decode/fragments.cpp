#include "sensor/decode/fragments.h"

#include <array>
#include <cstring>
#include <optional>

namespace telltale {
namespace {

constexpr size_t kMaxDatagram = 65'535;
constexpr size_t kIpv6HeaderSize = 40;  // not counted in an IPv6 payload length

bool is_oversize(size_t header_size, size_t data_size, bool is_v6) {
  return header_size - (is_v6 ? kIpv6HeaderSize : 0) + data_size > kMaxDatagram;
}

}  // namespace

Fragments::Fragments(const Limits& limits, WeirdCounts& weird)
    : max_groups_(limits.max_fragment_groups),
      max_bytes_(limits.max_fragment_bytes),
      timeout_(limits.fragment_timeout),
      weird_(weird) {}

size_t Fragments::KeyHash::operator()(const FragmentKey& key) const {
  std::array<uint8_t, 41> bytes{};
  std::memcpy(bytes.data(), key.src.bytes().data(), 16);
  std::memcpy(&bytes[16], key.dst.bytes().data(), 16);
  std::memcpy(&bytes[32], &key.id, 4);
  std::memcpy(&bytes[36], &key.vlan, 4);
  bytes[40] = key.protocol;
  return hash64(Bytes{bytes.data(), bytes.size()}, random_hash_key());
}

std::span<uint8_t> Fragments::add(const Fragment& fragment, Timestamp now) {
  expire(now);
  if (!is_acceptable(fragment)) return {};
  Group& group = group_of(fragment.key, now);
  if (group.dropped) return {};
  bytes_held_ -= group.cost();
  take_in(group, fragment);
  bytes_held_ += group.cost();
  if (!group.dropped && group.is_whole()) return complete(group, fragment.is_v6);
  while (bytes_held_ > max_bytes_ && !by_age_.empty()) evict_oldest(Weird::fragment_group_evicted);
  return {};
}

bool Fragments::is_acceptable(const Fragment& fragment) {
  const size_t size = fragment.data.wire_size;
  std::optional<Weird> why;
  if (size == 0) {
    why = Weird::fragment_empty;
  } else if (fragment.data.size() < size) {
    why = Weird::fragment_snapped;
  } else if (!fragment.last && size % 8 != 0) {
    why = Weird::fragment_size_not_multiple_of_8;
  } else if (is_oversize(fragment.header.size(), fragment.offset + size, fragment.is_v6)) {
    why = Weird::fragment_oversize;
  }
  if (why) weird_.count(*why);
  return !why;
}

Fragments::Group& Fragments::group_of(const FragmentKey& key, Timestamp now) {
  if (const auto found = groups_.find(key); found != groups_.end()) return *found->second;
  if (groups_.size() >= max_groups_) evict_oldest(Weird::fragment_group_evicted);
  Group group;
  group.key = key;
  group.first_seen = now;
  by_age_.push_back(std::move(group));
  groups_.emplace(key, std::prev(by_age_.end()));
  bytes_held_ += by_age_.back().cost();
  return by_age_.back();
}

// Does where the fragment ends agree with what is known of the datagram's end?
bool Fragments::fits_end(const Group& group, const Fragment& fragment) const {
  const size_t end = fragment.offset + fragment.data.size();
  if (group.total != 0) return fragment.last ? end == group.total : end <= group.total;
  return !fragment.last || group.ranges.empty() || group.ranges.back().end <= end;
}

void Fragments::take_in(Group& group, const Fragment& fragment) {
  if (!fits_end(group, fragment)) {
    weird_.count(Weird::fragment_end_conflict);
    if (fragment.is_v6) group.drop();
    return;
  }
  const Overlap overlap = group.insert(fragment.offset, fragment.data.bytes);
  if (overlap == Overlap::different) {
    weird_.count(fragment.is_v6 ? Weird::ipv6_fragment_overlap : Weird::ipv4_fragment_overlap);
    if (fragment.is_v6) return group.drop();
  }
  if (fragment.last) group.total = fragment.offset + fragment.data.size();
  if (fragment.offset == 0 && group.header.empty()) {
    group.header.assign(fragment.header.begin(), fragment.header.end());
    group.header[fragment.next_header_at] = fragment.next_header;
  }
}

std::span<uint8_t> Fragments::complete(Group& group, bool is_v6) {
  const auto place = groups_.find(group.key)->second;
  std::span<uint8_t> datagram;
  if (is_oversize(group.header.size(), group.total, is_v6)) {
    weird_.count(Weird::fragment_oversize);
  } else {
    bytes_held_ -= group.cost();
    group.data.insert(group.data.begin(), group.header.begin(), group.header.end());
    completed_.push_back(std::move(group.data));
    group.data.clear();
    bytes_held_ += group.cost();
    datagram = completed_.back();
  }
  remove(place);
  return datagram;
}

void Fragments::expire(Timestamp now) {
  while (!by_age_.empty() && now - by_age_.front().first_seen > timeout_) {
    evict_oldest(Weird::fragment_group_timed_out);
  }
}

void Fragments::remove(GroupList::iterator group) {
  bytes_held_ -= group->cost();
  groups_.erase(group->key);
  by_age_.erase(group);
}

void Fragments::evict_oldest(Weird why) {
  weird_.count(why);
  remove(by_age_.begin());
}

// Bytes that are there stay; says whether the new ones agree with them.
Fragments::Overlap Fragments::Group::insert(size_t offset, Bytes bytes) {
  Range merged{offset, offset + bytes.size()};
  if (data.size() < merged.end) data.resize(merged.end);
  const auto copy_gap = [&](size_t begin, size_t end) {
    if (begin < end) std::memcpy(&data[begin], &bytes[begin - offset], end - begin);
  };
  const auto first = std::lower_bound(ranges.begin(), ranges.end(), offset,
                                      [](const Range& range, size_t at) { return range.end < at; });
  Overlap overlap = Overlap::none;
  if (first != ranges.end() && first->begin <= merged.begin && merged.end <= first->end) {
    return std::memcmp(&data[offset], bytes.data(), bytes.size()) == 0 ? Overlap::same
                                                                       : Overlap::different;
  }
  size_t at = offset;
  auto next = first;
  const size_t end = merged.end;
  for (; next != ranges.end() && next->begin <= end; ++next) {
    if (next->begin < end && next->end > offset) overlap = Overlap::different;
    copy_gap(at, std::min(next->begin, end));
    at = std::max(at, next->end);
    merged.begin = std::min(merged.begin, next->begin);
    merged.end = std::max(merged.end, next->end);
  }
  copy_gap(at, end);
  const auto rest = ranges.erase(first, next);
  ranges.insert(rest, merged);
  return overlap;
}

bool Fragments::Group::is_whole() const {
  return total != 0 && ranges.size() == 1 && ranges.front().begin == 0 &&
         ranges.front().end == total;
}

void Fragments::Group::drop() {
  dropped = true;
  std::vector<uint8_t>().swap(header);
  std::vector<uint8_t>().swap(data);
  std::vector<Range>().swap(ranges);
}

size_t Fragments::Group::cost() const {
  return sizeof(Group) + header.capacity() + data.capacity() + ranges.capacity() * sizeof(Range);
}

}  // namespace telltale
