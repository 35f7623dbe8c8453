// The bytes of an MMDB file (https://maxmind.github.io/MaxMind-DB/, version 2.0), proved sound
// before anything reads them: libmaxminddb trusts pointers, sizes and node numbers that a damaged
// or hostile file can set to anything.
//
// The metadata is parsed, the search tree walked (with a bound on depth and work, so that cycles
// end), and every value a record can reach is followed once, before the record is told of: inside
// the data section, not nested without end, not pointing at itself, of sizes its type can have.
// What passes may be read without checks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>

#include "sensor/base/bytes.h"

namespace telltale {

// A network of the search tree and what stands at it.
struct MmdbLeaf {
  enum class Kind : uint8_t { nothing, record, ipv4_alias };

  std::array<uint8_t, 16> first{};  // IPv4 networks of any file stand at ::/96
  int bits = 0;                     // 0..128
  Kind kind = Kind::nothing;
  uint32_t record = 0;  // offset in the data section
};

class MmdbImage {
 public:
  static constexpr size_t kMaxBytes = size_t{1} << 31;  // of a file
  static constexpr int kMaxNesting = 32;                // maps in maps in lists

  // Parses the metadata. Throws GeoError with what is wrong. The bytes must outlive it.
  explicit MmdbImage(Bytes file);

  // Walks the tree in ascending order of addresses; a record is sound when it is visited. An
  // ipv4_alias is a network whose following 32 bits are an IPv4 address (6to4, Teredo, mapped).
  // Throws GeoError.
  void walk(const std::function<void(const MmdbLeaf&)>& visit);

  // Could a record that walk() has come to have a map with this key?
  bool may_have_key(std::string_view key) const;
  // Grows when walk() comes to a key it did not know.
  size_t keys_seen() const { return keys_.size() + (too_many_keys_ ? 1 : 0); }

 private:
  class ValueCheck;

  void parse_metadata(size_t start);
  std::array<uint32_t, 2> children(uint32_t node) const;
  void descend(uint32_t node, MmdbLeaf& place);
  void tell(uint32_t value, bool is_ipv4, MmdbLeaf& place);  // of a child that is no node
  void find_ipv4_root();

  Bytes file_;
  Bytes data_;  // the data section
  uint32_t node_count_ = 0;
  uint32_t record_size_ = 0;
  int address_bits_ = 128;
  uint32_t ipv4_root_ = 0;  // node that ::/96 is; 0 when there is none
  uint64_t visits_left_ = 0;
  // While walk() goes on:
  ValueCheck* check_ = nullptr;
  const std::function<void(const MmdbLeaf&)>* visit_ = nullptr;
  std::unordered_set<std::string> keys_;
  bool too_many_keys_ = false;
};

}  // namespace telltale
