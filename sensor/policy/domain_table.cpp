#include "sensor/policy/domain_table.h"

#include <algorithm>
#include <cstring>

namespace telltale {
namespace {

constexpr size_t kHead = 3;  // length, number (low byte first)
constexpr size_t kFirstSlots = 64;
constexpr size_t kMostChunks = size_t{1} << 14;  // so that a place fits 32 bits

}  // namespace

DomainTable::Insert DomainTable::insert(std::string_view name, uint16_t number) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  const size_t slot = slot_of(name);
  if (slots_[slot] != kEmpty) return Insert::known;
  const uint32_t place = keep(name, number);
  if (place == kEmpty) return Insert::refused;
  slots_[slot] = place;
  ++size_;
  return Insert::added;
}

std::optional<uint16_t> DomainTable::find(std::string_view name) const {
  if (size_ == 0 || name.empty() || name.size() > kLongestName) return std::nullopt;
  const uint32_t place = slots_[slot_of(name)];
  if (place == kEmpty) return std::nullopt;
  return number_at(place);
}

size_t DomainTable::bytes() const {
  return slots_.capacity() * sizeof(uint32_t) + chunks_.size() * kChunk;
}

// Where `name` stands, or the free slot where it would.
size_t DomainTable::slot_of(std::string_view name) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash64(name, key_) & mask;
  while (slots_[slot] != kEmpty && name_at(slots_[slot]) != name) slot = (slot + 1) & mask;
  return slot;
}

std::string_view DomainTable::name_at(uint32_t place) const {
  const char* record = chunks_[(place - 1) >> kChunkBits].get() + ((place - 1) & (kChunk - 1));
  return {record + kHead, static_cast<uint8_t>(record[0])};
}

uint16_t DomainTable::number_at(uint32_t place) const {
  const auto* head = reinterpret_cast<const uint8_t*>(name_at(place).data()) - kHead;
  return static_cast<uint16_t>(head[1] | head[2] << 8);
}

// Appends a record; its place plus one, kEmpty when there is no room.
uint32_t DomainTable::keep(std::string_view name, uint16_t number) {
  if (used_ + kHead + name.size() > kChunk) {
    if (chunks_.size() >= kMostChunks) return kEmpty;
    chunks_.push_back(std::make_unique<char[]>(kChunk));
    used_ = 0;
  }
  char* record = chunks_.back().get() + used_;
  record[0] = static_cast<char>(name.size());
  record[1] = static_cast<char>(number & 0xff);
  record[2] = static_cast<char>(number >> 8);
  std::memcpy(record + kHead, name.data(), name.size());
  const size_t place = ((chunks_.size() - 1) << kChunkBits) + used_;
  used_ += kHead + name.size();
  return static_cast<uint32_t>(place + 1);
}

void DomainTable::grow() {
  std::vector<uint32_t> old(std::max(kFirstSlots, slots_.size() * 2), kEmpty);
  old.swap(slots_);
  for (const uint32_t place : old) {
    if (place != kEmpty) slots_[slot_of(name_at(place))] = place;
  }
}

}  // namespace telltale
