// Open data in, MMDB files out: which of several files and ranges wins, and what the files say of
// themselves. Read back with libmaxminddb.
#include "geoip/geo_build.h"

#include <gtest/gtest.h>

#include "geoip/mmdb_file.h"
#include "tests/geoip/oracle.h"
#include "tests/geoip/scratch_file.h"

namespace telltale {
namespace {

struct Row {
  const char* first;
  const char* last;
  GeoRecord record;
};

GeoLayer layer(const std::string& name, const std::vector<Row>& rows) {
  GeoLayer made;
  made.path = "/somewhere/" + name;
  made.publisher = "The " + name + " project";
  made.licence = "CC BY 4.0";
  made.date = Timestamp{} + std::chrono::seconds(1'600'000'000);
  for (const Row& row : rows) {
    made.ranges.push_back({*IpAddress::parse(row.first), *IpAddress::parse(row.last),
                           static_cast<uint32_t>(made.facts.size())});
    made.facts.push_back(row.record);
  }
  return made;
}

GeoRecord country(const char* code) { return {code, 0, "", false}; }

class Built {
 public:
  explicit Built(std::vector<GeoLayer> layers, size_t which = 0, int record_size = 0)
      : databases_(build_geo_databases(layers, record_size)),
        file_(databases_.at(which).bytes),
        oracle_(file_.path()) {}

  std::string country_of(const char* address) {
    return oracle_.text(*IpAddress::parse(address), "country", "iso_code");
  }
  uint32_t asn_of(const char* address) {
    return oracle_.number(*IpAddress::parse(address), "autonomous_system_number");
  }
  const std::vector<BuiltDatabase>& databases() const { return databases_; }
  const std::string& path() const { return file_.path(); }

 private:
  std::vector<BuiltDatabase> databases_;
  ScratchFile file_;
  Oracle oracle_;
};

TEST(GeoBuild, RangesThatAreNoNetworksAreCutIntoSome) {
  for (const int size : {24, 28, 32}) {
    Built built({layer("a", {{"1.0.0.3", "1.0.5.9", country("AU")},
                             {"2001:db9::5", "2001:dba::", country("JP")},
                             {"255.255.255.255", "255.255.255.255", country("DE")},
                             {"0.0.0.0", "0.0.0.0", country("FR")}})},
                0, size);
    EXPECT_EQ(built.country_of("1.0.0.2"), "");
    EXPECT_EQ(built.country_of("1.0.0.3"), "AU");
    EXPECT_EQ(built.country_of("1.0.5.9"), "AU");
    EXPECT_EQ(built.country_of("1.0.5.10"), "");
    EXPECT_EQ(built.country_of("2001:db9::4"), "");
    EXPECT_EQ(built.country_of("2001:db9::5"), "JP");
    EXPECT_EQ(built.country_of("2001:dba::"), "JP");
    EXPECT_EQ(built.country_of("2001:dba::1"), "");
    EXPECT_EQ(built.country_of("255.255.255.255"), "DE");
    EXPECT_EQ(built.country_of("255.255.255.254"), "");
    EXPECT_EQ(built.country_of("0.0.0.0"), "FR");
    EXPECT_EQ(built.country_of("0.0.0.1"), "");
  }
}

TEST(GeoBuild, TheWholeSpaceIsARange) {
  Built built({layer("a", {{"0.0.0.0", "255.255.255.255", country("AU")}})});
  EXPECT_EQ(built.country_of("1.2.3.4"), "AU");
  EXPECT_EQ(built.country_of("2600::1"), "");
  Built all({layer("a", {{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", country("SE")}})});
  EXPECT_EQ(all.country_of("2600::1"), "SE");
}

TEST(GeoBuild, TheSmallerOfTwoRangesWinsAndOfEqualsTheLater) {
  Built built({layer("a", {{"1.0.0.0", "1.0.0.255", country("CN")},
                           {"1.0.0.0", "1.255.255.255", country("AU")},
                           {"2.0.0.0", "2.0.0.255", country("FR")},
                           {"2.0.0.0", "2.0.0.255", country("DE")}})});
  EXPECT_EQ(built.country_of("1.0.0.7"), "CN");
  EXPECT_EQ(built.country_of("1.0.1.7"), "AU");
  EXPECT_EQ(built.country_of("2.0.0.7"), "DE");
}

TEST(GeoBuild, ALaterFileWinsWhereItSaysSomething) {
  Built built({layer("old", {{"1.0.0.0", "1.0.0.15", country("CN")},
                             {"2.0.0.0", "2.0.0.255", country("FR")}}),
               layer("new", {{"1.0.0.0", "1.255.255.255", country("AU")},
                             {"2.0.0.0", "2.255.255.255", country("")}})});
  EXPECT_EQ(built.country_of("1.0.0.7"), "AU");
  EXPECT_EQ(built.country_of("2.0.0.7"), "FR");
}

TEST(GeoBuild, ASmallerRangeWithoutAnAsHidesTheLargerOne) {
  Built built({layer("a", {{"1.0.0.0", "1.255.255.255", {"AU", 64500, "One", false}},
                           {"1.2.0.0", "1.2.255.255", {"AU", 0, "", false}}})},
              1);
  EXPECT_EQ(built.asn_of("1.1.0.1"), 64500U);
  EXPECT_EQ(built.asn_of("1.2.0.1"), 0U);
}

TEST(GeoBuild, CountriesAndNetworksGoToFilesOfTheirOwn) {
  std::vector<GeoLayer> both{layer("a", {{"1.0.0.0", "1.0.0.255", {"AU", 64500, "One", true}}})};
  const auto databases = build_geo_databases(both);
  ASSERT_EQ(databases.size(), 2U);
  EXPECT_EQ(databases[0].file_name, "telltale-country.mmdb");
  EXPECT_EQ(databases[1].file_name, "telltale-asn.mmdb");
  std::vector<GeoLayer> one{layer("a", {{"1.0.0.0", "1.0.0.255", country("AU")}})};
  EXPECT_EQ(build_geo_databases(one).size(), 1U);
  std::vector<GeoLayer> none{layer("a", {{"1.0.0.0", "1.0.0.255", country("")}})};
  EXPECT_TRUE(build_geo_databases(none).empty());
}

TEST(GeoBuild, TheFileSaysWhoMadeItsDataWhenAndUnderWhichLicence) {
  const Built built({layer("a", {{"1.0.0.0", "1.0.0.255", {"AU", 64500, "One", true}}})}, 1);
  const GeoDatabase database = load_geo_database(built.path());
  EXPECT_EQ(database.info.description,
            "Autonomous system of addresses, made by telltale geoip build; Licence: CC BY 4.0; "
            "Source: a of 2020-09-13 (The a project)");
  EXPECT_EQ(database.info.licence, "CC BY 4.0");
  EXPECT_EQ(database.info.built, Timestamp{} + std::chrono::seconds(1'600'000'000));
  EXPECT_TRUE(database.info.has_asn);
  GeoRecord found;
  database.table.fill(*IpAddress::parse("1.0.0.1"), found);
  EXPECT_EQ(found.as_org, "One");
  EXPECT_TRUE(found.anycast);
}

TEST(GeoBuild, TheSameDataGivesTheSameBytes) {
  const auto build = [] {
    std::vector<GeoLayer> layers{layer("a", {{"1.0.0.0", "1.0.9.3", {"AU", 64500, "One", true}},
                                             {"2.0.0.0", "2.0.9.3", {"DE", 64501, "Two", true}}})};
    return build_geo_databases(layers)[1].bytes;
  };
  EXPECT_EQ(build(), build());
}

}  // namespace
}  // namespace telltale
