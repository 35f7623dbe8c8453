#include "sensor/base/hash_index.h"

namespace telltale {

void HashIndex::insert(uint32_t hash, uint32_t record) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  put({hash, record});
  ++size_;
}

void HashIndex::put(Slot slot) {
  size_t at = slot.hash & mask_;
  while (slots_[at].record != kNone) at = (at + 1) & mask_;
  slots_[at] = slot;
}

void HashIndex::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.record != kNone) put(slot);
  }
}

// Closes the hole by moving back whoever was pushed on by what stood there (Knuth 6.4, algorithm
// R), so that no tombstones pile up.
void HashIndex::erase(uint32_t hash, uint32_t record) {
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
