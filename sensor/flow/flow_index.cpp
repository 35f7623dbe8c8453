#include "sensor/flow/flow_index.h"

#include <string_view>
#include <utility>

namespace telltale {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr size_t kFirstSlots = 1024;

Uint128 product(uint64_t a, uint64_t b) { return static_cast<Uint128>(a) * b; }

}  // namespace

FlowIndex::FlowIndex(HashKey key) : slots_(kFirstSlots), mask_(kFirstSlots - 1) {
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

void FlowIndex::insert(uint32_t hash, uint32_t record) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  put({hash, record});
  ++size_;
}

void FlowIndex::put(Slot slot) {
  size_t at = slot.hash & mask_;
  while (slots_[at].record != kNone) at = (at + 1) & mask_;
  slots_[at] = slot;
}

void FlowIndex::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.record != kNone) put(slot);
  }
}

// Closes the hole by moving back whoever was pushed on by what stood there (Knuth 6.4, algorithm
// R), so that no tombstones pile up.
void FlowIndex::erase(uint32_t hash, uint32_t record) {
  size_t hole = hash & mask_;
  while (slots_[hole].record != record) hole = (hole + 1) & mask_;
  for (size_t at = (hole + 1) & mask_; slots_[at].record != kNone; at = (at + 1) & mask_) {
    const size_t home = slots_[at].hash & mask_;
    if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = Slot{};
  --size_;
}

}  // namespace telltale
