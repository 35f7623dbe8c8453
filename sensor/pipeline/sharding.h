// Which shard a segment belongs to. Shards are by device (the home end), so that a device's flows, names
// and rhythm live in one place; their number is fixed, so that results do not depend on how many workers
// there are: a worker runs one shard or several.
#pragma once

#include <vector>

#include "sensor/base/hash.h"
#include "sensor/model/segment.h"

namespace telltale {

inline constexpr size_t kShards = 8;

// The end that is (most likely) the device, judged by this segment alone and alike in both directions: the
// home end; where both or none are home, the end with the higher port, as servers' ports are low.
inline const IpAddress& device_end(const Segment& segment, const std::vector<Cidr>& home_networks) {
  const bool src_home = contains(home_networks, segment.src.address);
  const bool dst_home = contains(home_networks, segment.dst.address);
  if (src_home != dst_home) return src_home ? segment.src.address : segment.dst.address;
  if (segment.src.port != segment.dst.port) {
    return segment.src.port > segment.dst.port ? segment.src.address : segment.dst.address;
  }
  return segment.src.address < segment.dst.address ? segment.src.address : segment.dst.address;
}

inline size_t shard_of(const Segment& segment, const std::vector<Cidr>& home_networks) {
  const auto& bytes = device_end(segment, home_networks).bytes();
  return hash64(Bytes{bytes.data(), bytes.size()}) % kShards;
}

}  // namespace telltale
