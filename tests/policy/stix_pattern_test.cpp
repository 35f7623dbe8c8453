#include "sensor/policy/stix_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace telltale {
namespace {

using testing::ElementsAreArray;

TEST(StixPattern, GivesDestinationsThatMatchByThemselves) {
  const std::pair<const char*, std::vector<std::string>> table[] = {
      {"[domain-name:value = 'a.example']", {"a.example"}},
      {"[domain-name:value='a.example' OR ipv4-addr:value = '203.0.113.1']",
       {"a.example", "203.0.113.1"}},
      {"[domain-name:value IN ('a.example', 'b.example')]", {"a.example", "b.example"}},
      {"[ipv6-addr:value ISSUBSET '2001:db8::/32']", {"2001:db8::/32"}},
      {"[a:b = 'x'] OR [domain-name:value = 'a.example']", {"a.example"}},
      {"[domain-name:value = 'it\\'s.example']", {"it's.example"}},
      {"[domain-name:value != 'a.example']", {}},
      {"[domain-name:value NOT = 'a.example']", {}},
      {"[domain-name:value LIKE '%.example']", {}},
      {"[domain-name:value = 'a.example' AND file:name = 'x']", {}},
      {"[domain-name:value = 'a.example'] FOLLOWEDBY [file:name = 'x']", {}},
      {"[file:hashes.MD5 = '00']", {}},
  };
  for (const auto& [pattern, values] : table) {
    EXPECT_THAT(stix_destinations(pattern).values, ElementsAreArray(values)) << pattern;
    EXPECT_TRUE(stix_destinations(pattern).sound) << pattern;
  }
}

TEST(StixPattern, AQuoteThatDoesNotEndIsGarbage) {
  EXPECT_FALSE(stix_destinations("[domain-name:value = 'a.example").sound);
  EXPECT_FALSE(stix_destinations("").sound);
}

}  // namespace
}  // namespace telltale
