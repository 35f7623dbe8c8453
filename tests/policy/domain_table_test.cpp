#include "sensor/policy/domain_table.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(DomainTable, FindsExactlyWhatWasPutIn) {
  DomainTable table;
  EXPECT_FALSE(table.find("example.com")) << "empty";
  EXPECT_EQ(table.insert("example.com", 7), DomainTable::Insert::added);
  EXPECT_EQ(table.find("example.com"), 7);
  for (const char* other :
       {"", "com", "xample.com", "example.co", "a.example.com", "EXAMPLE.COM"}) {
    EXPECT_FALSE(table.find(other)) << other;
  }
}

TEST(DomainTable, AKnownNameKeepsItsNumber) {
  DomainTable table;
  table.insert("example.com", 1);
  EXPECT_EQ(table.insert("example.com", 2), DomainTable::Insert::known);
  EXPECT_EQ(table.find("example.com"), 1);
  EXPECT_EQ(table.size(), 1U);
}

TEST(DomainTable, KeepsManyAndLongOnes) {
  DomainTable table;
  const std::string longest(DomainTable::kLongestName, 'a');
  table.insert(longest, 65'535);
  for (int i = 0; i < 100'000; ++i) {
    table.insert("host-" + std::to_string(i) + ".example", static_cast<uint16_t>(i % 1000));
  }
  EXPECT_EQ(table.size(), 100'001U);
  EXPECT_EQ(table.find(longest), 65'535);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(table.find("host-" + std::to_string(i) + ".example"), i % 1000) << i;
  }
  EXPECT_FALSE(table.find("host-100000.example"));
  EXPECT_LT(table.bytes(), 5U << 20);
}

}  // namespace
}  // namespace telltale
