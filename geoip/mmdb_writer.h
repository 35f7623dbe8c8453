// Writes MaxMind DB files (https://maxmind.github.io/MaxMind-DB/, version 2.0), so that open data
// can be turned into what every reader understands.
//
// Networks are kept in a binary tree over the 128 bits of an IPv6 address, IPv4 at ::/96. What is
// inserted later wins inside its network, so insert the shortest prefixes first. Equal values are
// stored once, equal neighbours become one leaf, and ::ffff:0:0/96 is an alias of the IPv4 tree.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sensor/base/ip_address.h"
#include "sensor/base/time.h"

namespace telltale {

class MmdbValue {
 public:
  using Members = std::vector<std::pair<std::string, MmdbValue>>;

  MmdbValue() : MmdbValue(Members{}) {}
  static MmdbValue text(std::string value);
  static MmdbValue number16(uint16_t value);
  static MmdbValue number32(uint32_t value);
  static MmdbValue number64(uint64_t value);
  static MmdbValue flag(bool value);
  static MmdbValue list(std::vector<MmdbValue> items);
  static MmdbValue map(Members members) { return MmdbValue(std::move(members)); }

  // The member `key` of a map; null where there is none.
  const MmdbValue* find(std::string_view key) const;
  // Sets a member of a map, in place or at the end.
  void set(std::string_view key, MmdbValue value);
  std::string_view as_text() const { return text_; }

 private:
  friend class MmdbDataSection;
  enum class Type : uint8_t {
    text = 2,
    number16 = 5,
    number32 = 6,
    map = 7,
    number64 = 9,
    list = 11,
    flag = 14
  };  // the format's numbers
  explicit MmdbValue(Members members) : type_(Type::map), members_(std::move(members)) {}
  MmdbValue(Type type, uint64_t number) : type_(type), number_(number) {}

  Type type_;
  uint64_t number_ = 0;
  std::string text_;
  Members members_;  // of a list, with empty keys
};

struct MmdbOptions {
  std::string database_type;
  std::map<std::string, std::string> description;  // by language
  std::vector<std::string> languages{"en"};
  Timestamp built;
  int record_size = 0;  // 24, 28 or 32 bits; 0: the smallest that fits
};

class MmdbWriter {
 public:
  // A value that the writer keeps; equal values have the same.
  enum class ValueId : uint32_t {};
  static constexpr ValueId kNothing{0x7fffffff};

  MmdbWriter();

  ValueId keep(const MmdbValue& value) { return ValueId{value_child(value)}; }
  void insert(const Cidr& network, const MmdbValue& value);
  // The same for the network of the first `bits` (of 128; an IPv4 address has 96 and more), with a
  // value that is kept, or kNothing. For millions of networks.
  void insert(const IpAddress& first, int bits, ValueId value);
  // Replaces every value inside `network` by change(value), null where there is none yet. `change`
  // is asked once for each different value.
  void overlay(const Cidr& network, const std::function<MmdbValue(const MmdbValue*)>& change);
  // Makes the 32 bits after a network be looked up as an IPv4 address, as in 2002::/16 (6to4).
  // ::ffff:0:0/96 is one without being asked for.
  void alias_ipv4(const Cidr& network) { aliases_.push_back(network); }
  // The finished file. Throws std::length_error where record_size is too small for it.
  std::string build(const MmdbOptions& options) const;

 private:
  friend class MmdbTreeWriter;
  // A child: a node's index, kEmpty, or kValueBit and a value's index.
  using Child = uint32_t;
  using Node = std::array<Child, 2>;
  using Change = std::function<Child(Child)>;
  static constexpr Child kEmpty = 0x7fffffff;
  static constexpr Child kValueBit = 0x80000000;

  Child value_child(const MmdbValue& value);
  void change_inside(const IpAddress& first, int bits, const Change& change);
  void change_all(Child& child, const Change& change);

  std::vector<Node> nodes_;
  std::vector<Cidr> aliases_;
  std::vector<MmdbValue> values_;
  std::unordered_map<std::string, Child> value_ids_;  // by the value's own encoding
};

}  // namespace telltale
