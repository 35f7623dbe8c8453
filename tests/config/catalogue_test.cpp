#include "config/catalogue.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace telltale {
namespace {

using testing::HasSubstr;

TEST(Catalogue, EveryShippedFactHasASourceThatMayBeBundled) {
  const std::set<std::string> may_be_bundled = {"MIT", "CC0", "CC BY 4.0", "fact"};
  std::set<std::string> kinds;
  for (const CatalogEntry& entry : shipped_catalogue()) {
    kinds.insert(entry.kind);
    size_t sourced = 0;
    for (const CatalogSource& source : entry.sources) {
      EXPECT_TRUE(may_be_bundled.contains(source.licence)) << entry.app << ": " << source.licence;
      EXPECT_FALSE(source.name.empty()) << entry.app;
      sourced += source.domains;
    }
    EXPECT_EQ(sourced, entry.domains.size()) << entry.app;
    EXPECT_EQ(entry.collects.empty(), entry.collects_source.empty()) << entry.app;
    EXPECT_EQ(entry.asns.empty(), entry.asns_source.empty()) << entry.app;
    EXPECT_EQ(entry.asns.empty(), entry.kind != "network") << entry.app;
    if (entry.domains.empty() && entry.asns.empty()) {
      EXPECT_THAT(entry.note, HasSubstr("no domain is known")) << entry.app;
    }
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"app", "device", "network", "sdk", "stalkerware", "watchware"}));
}

TEST(Catalogue, IsFoundByNameAndKind) {
  ASSERT_EQ(catalogue_named("tiktok").size(), 1U);
  EXPECT_EQ(catalogue_named("TikTok")[0].operator_country, "CN");
  EXPECT_TRUE(catalogue_named("no such app").empty());
  EXPECT_GT(catalogue_of_kind("stalkerware").size(), 50U);
}

std::string problem(const std::string& text) {
  try {
    const YamlDocument document(text, "c.yaml");
    read_catalogue(document.root());
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

TEST(Catalogue, ErrorsNameThePlaceAndWhatWouldBeRight) {
  const std::string sources = "sources: {site: {name: vendor's site, licence: fact}}\n";
  EXPECT_EQ(problem(sources + "entries: [{name: A, vendor: B, domains: {site: [a.example]}}]\n"),
            "");
  EXPECT_EQ(problem(sources + "entries: [{name: A, domains: {sit: [a.example]}}]\n"),
            "c.yaml:2:31: no source is named 'sit'; did you mean 'site'?");
  EXPECT_EQ(problem("entries: [{name: A, country: XX}]\n"),
            "c.yaml:1:30: expected a country as its ISO 3166 code, such as DE or IN, not 'XX'");
  EXPECT_EQ(problem("sources: {a: {name: b}}\n"),
            "c.yaml:1:14: a source needs the key 'licence', for example licence: CC0");
  EXPECT_EQ(problem(sources + "entries: [{name: A, domains: [a.example]}]\n"),
            "c.yaml:2:30: domains must be a section of keys, not a list");
}

TEST(Catalogue, TheUsersOwnEntriesAreReadFromFilesTheConfigurationNames) {
  const std::string folder = testing::TempDir() + "telltale_catalogue/";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "mine.yaml")
      << "sources: {us: {name: we, licence: fact}}\n"
         "entries: [{name: Our app, vendor: Us, country: DE, domains: {us: [tiktok.com]}}]\n";
  std::ofstream(folder + "c.yaml") << "catalogue: [mine.yaml]\n";
  const Config config = load_config(folder + "c.yaml");
  EXPECT_EQ(config.catalog.back().app, "Our app");
  EXPECT_TRUE(config.catalog.back().own);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace telltale
