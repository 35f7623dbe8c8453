// GeoTable: one database as a flat index in memory, for millions of look-ups a second.
//
// The tree of an MMDB file costs a dependent memory access a bit. Here the address space is cut
// where the facts change, neighbours with equal facts are one, and a look-up is a jump by the first
// bits and a short binary search. IPv6 is indexed by the upper 64 bits; the few networks that cut
// deeper stand in a side table. About 8 bytes an IPv4 and 12 an IPv6 network.
//
// Immutable once built, so any number of threads may read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "geoip/geo_record.h"
#include "geoip/mmdb_image.h"
#include "sensor/base/ip_address.h"

namespace telltale {

class GeoTable {
 public:
  // Facts by number; 0 is "nothing known".
  using FactId = uint32_t;

  GeoTable() { facts_.push_back({}); }

  // Facts equal to earlier ones get their number.
  FactId fact(const GeoRecord& record);
  // Networks in ascending order that together are the whole space (::/96 is IPv4's).
  void add(const MmdbLeaf& network, FactId id);
  // After the last network.
  void finish();

  // Puts into `found` what it lacks. The bits of Filled say what it got from here.
  struct Filled {
    bool country = false;
    bool network = false;  // asn or as_org
  };
  Filled fill(const IpAddress& address, GeoRecord& found) const;

  size_t networks() const { return v4_.size() + v6_.size() + deep_.size(); }
  size_t bytes() const;  // of memory

 private:
  struct Fact {
    uint32_t asn = 0;
    uint32_t org = 0;  // where it stands in orgs_
    uint16_t org_size = 0;
    char country[2] = {};
    bool anycast = false;
  };
  struct V4 {
    uint32_t first;
    FactId id;
  };
  struct Deep {
    uint64_t high;
    uint64_t low;
    FactId id;
  };
  // Above the numbers of facts: look in deep_, or for the embedded IPv4 address.
  static constexpr FactId kDeep = 0x80000000;
  static constexpr FactId kAlias = 0x40000000;  // and the length of the prefix

  FactId find(const IpAddress& address) const;
  FactId find_v4(uint32_t address) const;
  FactId find_v6(uint64_t high, uint64_t low) const;
  void add_v6(uint64_t high, uint64_t low, FactId id);
  void index_first_bits();

  std::vector<Fact> facts_;
  std::string orgs_;
  std::vector<V4> v4_;
  std::vector<uint64_t> v6_;  // upper halves of first addresses
  std::vector<FactId> v6_ids_;
  std::vector<Deep> deep_;
  std::vector<uint32_t> v4_index_;  // by 16 bits; empty for small tables
  std::vector<uint32_t> v6_index_;  // of 2000::/3, by the 18 bits that follow
  // While it is built:
  FactId last_v6_ = 0;
  std::unordered_map<std::string, FactId> fact_ids_;
  std::unordered_map<std::string, uint32_t> org_places_;
};

}  // namespace telltale
