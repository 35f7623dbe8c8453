// The binary database of IPFire Location, built byte by byte, sound and damaged.
#include <gtest/gtest.h>

#include "geoip/geo_error.h"
#include "geoip/geo_layer.h"

namespace telltale {
namespace {

std::string be(uint64_t value, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift);
  return text;
}

// A tree under construction: networks by their bits.
class LocationFile {
 public:
  void add(const std::string& cidr, const char* country, uint32_t asn, uint16_t flags = 0) {
    const Cidr network = *Cidr::parse(cidr);
    uint32_t at = 0;
    for (int bit = 0; bit < network.mapped_bits(); ++bit) {
      const auto& bytes = network.network().bytes();
      const size_t side = bytes[static_cast<size_t>(bit / 8)] >> (7 - bit % 8) & 1;
      if (nodes_[at][side] == 0) {
        nodes_[at][side] = static_cast<uint32_t>(nodes_.size());
        nodes_.push_back({0, 0, 0xffffffff});
      }
      at = nodes_[at][side];
    }
    nodes_[at][2] = static_cast<uint32_t>(networks_.size() / 12);
    networks_ += std::string(country, 2) + be(0, 2) + be(asn, 4) + be(flags, 2) + be(0, 2);
  }

  std::string bytes() const {
    std::string tree;
    for (const auto& node : nodes_) tree += be(node[0], 4) + be(node[1], 4) + be(node[2], 4);
    const std::string pool("\0Vendor\0Licence 1\0EXAMPLE-NET\0", 31);
    const std::string as = be(64500, 4) + be(18, 4);
    std::string head = "LOCDBXX\x01" + be(1'600'000'000, 8) + be(1, 4) + be(0, 4) + be(8, 4);
    std::string body;
    for (const std::string& section : {as, networks_, tree, std::string(), pool}) {
      head += be(kHeader + body.size(), 4) + be(section.size(), 4);
      body += section;
    }
    head.resize(kHeader, '\0');
    return head + body;
  }

 private:
  static constexpr size_t kHeader = 8192;
  std::vector<std::array<uint32_t, 3>> nodes_{{0, 0, 0xffffffff}};
  std::string networks_;
};

LocationFile sample() {
  LocationFile file;
  file.add("8.0.0.0/8", "US", 0);
  file.add("8.8.8.0/24", "US", 64500, 1 << 2);
  file.add("2a00::/12", "EU", 64501);
  return file;
}

TEST(LocationDb, NetworksStandWithTheLongerOnesLater) {
  const GeoLayer layer = parse_location_db(sample().bytes());
  EXPECT_EQ(layer.publisher, "Vendor, https://location.ipfire.org/");
  EXPECT_EQ(layer.licence, "Licence 1");
  EXPECT_EQ(to_iso8601(layer.date).substr(0, 10), "2020-09-13");
  ASSERT_EQ(layer.ranges.size(), 3U);
  const GeoRange& dns = layer.ranges[1];
  EXPECT_EQ(dns.first.to_string(), "8.8.8.0");
  EXPECT_EQ(dns.last.to_string(), "8.8.8.255");
  EXPECT_EQ(layer.facts[dns.fact].asn, 64500U);
  EXPECT_EQ(layer.facts[dns.fact].as_org, "EXAMPLE-NET");
  EXPECT_TRUE(layer.facts[dns.fact].anycast);
  const GeoRecord& europe = layer.facts[layer.ranges[2].fact];
  EXPECT_EQ(europe.country, "") << "EU is no country";
  EXPECT_EQ(europe.asn, 64501U);
  EXPECT_EQ(europe.as_org, "") << "an AS without a name";
}

TEST(LocationDb, DamageAnywhereIsRefusedOrHarmless) {
  const std::string whole = sample().bytes();
  EXPECT_THROW(parse_location_db(whole.substr(0, 40)), GeoError);
  EXPECT_THROW(parse_location_db(whole.substr(0, whole.size() - 20)), GeoError);
  for (size_t at = 7; at < whole.size(); at += at == 80 ? 8192 - 80 : 1) {
    for (const char damage : {'\x00', '\xff', '\x01'}) {
      std::string bytes = whole;
      bytes[at] = damage;
      try {
        (void)parse_location_db(bytes);
      } catch (const GeoError&) {
      }
    }
  }
}

TEST(LocationDb, ACycleInTheTreeEnds) {
  std::string bytes = sample().bytes();
  const size_t tree = 8192 + 8 + 36;
  bytes.replace(tree + 12, 4, be(1, 4));  // node 1 leads to itself
  EXPECT_THROW(parse_location_db(bytes), GeoError);
}

}  // namespace
}  // namespace telltale
