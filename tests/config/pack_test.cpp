#include "config/pack.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/shipped.h"

namespace telltale {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pack, ShippedOnesAreFoundByName) {
  EXPECT_THAT(shipped_packs(),
              ElementsAre("cleartext-strict", "data-residency-eu", "in-69a-2020", "stalkerware",
                          "trackers"));
}

TEST(Pack, ShippedTextIsTheFileByteForByte) {
  for (const EmbeddedFile& file : shipped_policies()) {
    std::ifstream in(std::string(TELLTALE_SOURCE_DIR "/config/") + std::string(file.name),
                     std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(file.text, text) << file.name;
  }
}

TEST(Pack, EveryShippedOneCanBeApplied) {
  for (const std::string& name : shipped_packs()) {
    Config config = default_config();
    EXPECT_NO_THROW(apply_policy_pack(config, name)) << name;
    EXPECT_FALSE(config.trust.borrowed.empty()) << name;
  }
}

TEST(Pack, The59AppsAreAllThereAndThoseWithoutDomainSaySo) {
  const Pack pack = load_pack("in-69a-2020", PackDepth::own_entries);
  ASSERT_EQ(pack.apps.size(), 59U);
  std::set<std::string> names;
  std::set<std::string> without_domain;
  for (const CatalogEntry& app : pack.apps) {
    names.insert(app.app);
    if (app.domains.empty()) without_domain.insert(app.app);
  }
  EXPECT_EQ(names.size(), 59U);
  EXPECT_THAT(without_domain, ElementsAre("New Video Status", "U Video", "V Fly Status Video",
                                          "We Meet", "WeSync"));
}

TEST(Pack, EveryShippedOneSaysWhatItIsAndFromWhen) {
  for (const std::string& name : shipped_packs()) {
    const Pack pack = load_pack(name, PackDepth::own_entries);
    EXPECT_FALSE(pack.title.empty()) << name;
    EXPECT_FALSE(pack.source.empty()) << name;
    EXPECT_EQ(pack.date.size(), 10U) << name;
  }
}

TEST(Pack, AnAppThatTheCatalogueDoesNotHaveMustBeDescribed) {
  const std::string path = testing::TempDir() + "telltale_pack_of_names.yaml";
  std::ofstream(path) << "apps:\n  - name: TikTok\n  - name: Nobody Knows It\n";
  try {
    load_pack(path, PackDepth::own_entries);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), path +
                                ":3:5: the catalogue has nothing named 'Nobody Knows It'; give its "
                                "domains, or domains: [] where none is known");
  }
  std::filesystem::remove(path);
}

TEST(Pack, ListedAsUntrustedItLendsItsAppsDomains) {
  const BorrowedTrust lent = lend_untrusted(load_pack("in-69a-2020", PackDepth::own_entries));
  EXPECT_EQ(lent.origin, "packs.in-69a-2020");
  EXPECT_EQ(lent.trust, Trust::untrusted);
  EXPECT_THAT(lent.lists.domains, Contains("tiktok.com"));
  EXPECT_THAT(lent.lists.domains, Contains("youngjoygame.com"));
}

TEST(Pack, AppliedAsAPolicyItsAppsAreUntrustedOnce) {
  Config config = default_config();
  apply_policy_pack(config, "in-69a-2020");
  apply_policy_pack(config, "in-69a-2020");
  size_t lists = 0;
  for (const BorrowedTrust& borrowed : config.trust.borrowed) {
    lists += borrowed.lists.domains.empty() ? 0 : 1;
  }
  EXPECT_EQ(lists, 1U);
  EXPECT_THAT(config.trust.untrusted.domains, IsEmpty())
      << "a pack's entries are not the user's own";
}

TEST(Pack, RulesOfAPackGoFirst) {
  Config config = default_config();
  apply_policy_pack(config, "cleartext-strict");
  EXPECT_EQ(config.rules[0].name, "contacts or location in clear");
  EXPECT_EQ(config.rules[0].origin, "shipped pack cleartext-strict");
}

TEST(Pack, AnUnknownNameIsAnErrorWithTheNearestOne) {
  Config config = default_config();
  try {
    apply_policy_pack(config, "tracker");
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "tracker:1:1: no pack is named 'tracker'; did you mean 'trackers'?");
  }
}

TEST(Pack, TheCatalogueIsThereWithoutAnyTrust) {
  const Config config = default_config();
  bool found = false;
  for (const CatalogEntry& entry : config.catalog) {
    found = found || (entry.app == "TikTok" && entry.operator_name == "ByteDance" &&
                      entry.operator_country == "CN");
  }
  EXPECT_TRUE(found);
  EXPECT_THAT(config.trust.borrowed, IsEmpty());
}

}  // namespace
}  // namespace telltale
