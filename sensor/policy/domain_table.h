// DomainTable: a set of domain names, each with a small number, that stays compact with a million
// entries.
//
// Names stand one behind the other in chunks of a pool; an open-addressing table of 32-bit places
// finds them. A name takes its length, 3 bytes and 4 to 8 bytes of table. Names are compared whole,
// never by hash alone, because an entry decides a verdict. The hash is keyed at random, so that a
// list cannot be made to collide.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sensor/base/hash.h"

namespace telltale {

class DomainTable {
 public:
  static constexpr size_t kLongestName = 253;  // RFC 1035 section 2.3.4

  enum class Insert { added, known, refused };
  // REQUIRES: a name of 1..kLongestName bytes. A known name keeps its number. Refused beyond 4 GiB
  // of names.
  Insert insert(std::string_view name, uint16_t number);
  // The number of exactly this name.
  std::optional<uint16_t> find(std::string_view name) const;
  size_t size() const { return size_; }
  size_t bytes() const;  // of memory

 private:
  static constexpr size_t kChunkBits = 18;
  static constexpr size_t kChunk = size_t{1} << kChunkBits;
  static constexpr uint32_t kEmpty = 0;

  size_t slot_of(std::string_view name) const;
  std::string_view name_at(uint32_t place) const;
  uint16_t number_at(uint32_t place) const;
  uint32_t keep(std::string_view name, uint16_t number);
  void grow();

  HashKey key_ = random_hash_key();
  std::vector<uint32_t> slots_;  // places plus one; a power of two of them
  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t used_ = kChunk;  // of the last chunk
  size_t size_ = 0;
};

}  // namespace telltale
