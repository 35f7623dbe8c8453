#include "config/section.h"

#include <gtest/gtest.h>

#include "config/values.h"

namespace telltale {
namespace {

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string_view> words = {"name", "home_networks", "workers", "imei", "imsi"};
  EXPECT_EQ(nearest("nmae", words), "name");
  EXPECT_EQ(nearest("home_network", words), "home_networks");
  EXPECT_EQ(nearest("homenetworks", words), "home_networks");
  EXPECT_EQ(nearest("NAME", words), "name");
  EXPECT_EQ(nearest("imeii", words), "imei");
}

TEST(Nearest, SaysNothingRatherThanSomethingFarFetched) {
  const std::vector<std::string_view> words = {"asn", "app", "listen"};
  EXPECT_EQ(nearest("colour", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), words), "");
}

TEST(Section, AKeyWithoutAValueCountsAsAbsentButIsValid) {
  const YamlDocument document("name:\n", "x");
  Section section(document.root(), "test");
  std::string name = "before";
  EXPECT_FALSE(section.read("name", name, values::text));
  EXPECT_EQ(name, "before");
  EXPECT_NO_THROW(section.done());
}

TEST(Section, AnAbsentListLeavesTheDefault) {
  const YamlDocument document("{}", "x");
  Section section(document.root(), "test");
  std::vector<std::string> names = {"default"};
  section.read_list("names", names, values::text);
  EXPECT_EQ(names.size(), 1U);
}

}  // namespace
}  // namespace telltale
