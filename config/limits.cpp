#include "config/limits.h"

#include <algorithm>

namespace telltale {
namespace {

// nDPI's tables of all shards, policy, libraries, what the store keeps, rounds under way.
constexpr uint64_t kFixed = 80ULL << 20;
constexpr uint64_t kShards = 8;  // sensor/pipeline/sharding.h; limits are of a shard
// What one takes on average, measured with floods of small flows.
constexpr uint64_t kFlow = 192;
constexpr uint64_t kPayloadFlow = 3 * 1024;
constexpr uint64_t kDevice = 1024;
constexpr uint64_t kName = 256;
constexpr uint64_t kPeer = 512;

}  // namespace

Limits within_memory(Limits limits, uint64_t memory) {
  const uint64_t rest = (memory - kFixed) / kShards;
  // Hundredths of what is left, and the size of one; together below 100.
  const auto fit = [&](size_t& limit, uint64_t hundredths, uint64_t each) {
    limit = std::min<size_t>(limit, std::max<uint64_t>(16, rest * hundredths / 100 / each));
  };
  fit(limits.max_flows, 10, kFlow);
  fit(limits.max_payload_flows, 34, kPayloadFlow);
  fit(limits.max_reassembly_bytes, 14, 1);
  fit(limits.max_held_bytes, 14, 1);
  fit(limits.max_devices, 4, kDevice);
  fit(limits.max_host_names, 4, kName);
  fit(limits.max_cached_destinations, 2, kName);
  fit(limits.max_open_alerts, 4, 2 * kDevice);
  fit(limits.max_behavior_peers, 6, 3 * kPeer);
  fit(limits.max_tracking_devices, 4, 16 * limits.max_tracking_tokens);
  // Of these one is in work at a time in a shard, and seldom in more than one.
  const uint64_t all = rest * kShards;
  limits.max_expanded = std::min<size_t>(limits.max_expanded, all / 8);
  limits.max_fields = std::min<size_t>(limits.max_fields, all / 8 / 128);
  limits.max_fragment_bytes = std::min<size_t>(limits.max_fragment_bytes, all / 32);
  return limits;
}

}  // namespace telltale
