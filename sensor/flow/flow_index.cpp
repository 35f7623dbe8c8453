#include "sensor/flow/flow_index.h"

#include <string_view>

namespace telltale {
namespace {

__extension__ using Uint128 = unsigned __int128;

Uint128 product(uint64_t a, uint64_t b) { return static_cast<Uint128>(a) * b; }

}  // namespace

FlowIndex::FlowIndex(HashKey key) {
  static constexpr std::string_view kLabels = "01234567";
  for (size_t i = 0; i < secrets_.size(); ++i) secrets_[i] = hash64(kLabels.substr(i, 1), key);
}

uint32_t FlowIndex::hash(const FlowKey& key) const {
  const std::array<uint64_t, 8>& k = secrets_;
  const KeyWords w = words_of(key);
  Uint128 sum = product(w[0] + k[0], w[1] + k[1]);
  sum += product(w[2] + k[2], w[3] + k[3]);
  sum += product(w[4] + k[4], key.ip_proto + k[5]);
  const Uint128 mixed =
      product(static_cast<uint64_t>(sum) ^ k[6], static_cast<uint64_t>(sum >> 64) ^ k[7]);
  return static_cast<uint32_t>(static_cast<uint64_t>(mixed >> 64) ^ static_cast<uint64_t>(mixed));
}

}  // namespace telltale
