#include "geoip/geo_lookup.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "geoip/mmdb_writer.h"
#include "tests/geoip/scratch_file.h"

// libmaxminddb 1.7.1 loses a few kilobytes where it refuses a file for its metadata; told to the leak
// sanitizer, in builds that have one.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libmaxminddb.so"; }

namespace telltale {
namespace {

using Members = MmdbValue::Members;

MmdbValue text(const char* value) { return MmdbValue::text(value); }
MmdbValue map(Members members) { return MmdbValue::map(std::move(members)); }
MmdbValue number(uint32_t value) { return MmdbValue::number32(value); }

// A database with one record for 8.8.8.0/24.
std::string database(const MmdbValue& record, const std::string& type = "Test") {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("8.8.8.0/24"), record);
  MmdbOptions options;
  options.database_type = type;
  return writer.build(options);
}

GeoRecord look_up(const MmdbValue& record, const std::string& type = "Test") {
  const ScratchFile file(database(record, type));
  return GeoDatabases::open({file.path()}).lookup(*IpAddress::parse("8.8.8.8"));
}

struct Layout {
  const char* name;
  MmdbValue record;
  const char* type;
  GeoRecord expected;
};

TEST(GeoLookup, ReadsTheLayoutsOfAllSources) {
  const Layout layouts[] = {
      {"MaxMind and DB-IP country",
       map({{"country", map({{"iso_code", text("US")}})}}),
       "GeoLite2-Country",
       {"US", 0, ""}},
      {"MaxMind ASN",
       map({{"autonomous_system_number", number(15169)},
            {"autonomous_system_organization", text("GOOGLE")}}),
       "GeoLite2-ASN",
       {"", 15169, "GOOGLE"}},
      {"MaxMind Enterprise",
       map({{"country", map({{"iso_code", text("US")}})},
            {"traits", map({{"autonomous_system_number", number(15169)},
                            {"autonomous_system_organization", text("GOOGLE")}})}}),
       "GeoIP2-Enterprise",
       {"US", 15169, "GOOGLE"}},
      {"IPinfo Lite",
       map({{"country", text("United States")},
            {"country_code", text("US")},
            {"asn", text("AS15169")},
            {"as_name", text("Google LLC")}}),
       "ipinfo generic_bundle_location_lite.mmdb",
       {"US", 15169, "Google LLC"}},
      {"IPinfo country and ASN",
       map({{"country", text("US")}, {"asn", text("AS15169")}, {"as_name", text("Google LLC")}}),
       "ipinfo ip_country_asn_sample.mmdb",
       {"US", 15169, "Google LLC"}},
      {"IPinfo ASN: its country is the registry's",
       map({{"country", text("US")}, {"asn", text("AS15169")}, {"name", text("Google LLC")}}),
       "ipinfo asn.mmdb",
       {"", 15169, "Google LLC"}},
      {"iplocate",
       map({{"country_code", text("us")}, {"asn", number(15169)}, {"org", text("Google")}}),
       "ip-to-country",
       {"US", 15169, "Google"}},
      {"ASN as a map",
       map({{"asn", map({{"asn", text("15169")}, {"name", text("Google")}})}}),
       "core",
       {"", 15169, "Google"}},
      {"where it is registered",
       map({{"registered_country", map({{"iso_code", text("US")}})}}),
       "GeoLite2-Country",
       {"US", 0, ""}},
  };
  for (const Layout& layout : layouts) {
    const GeoRecord found = look_up(layout.record, layout.type);
    EXPECT_EQ(found.country, layout.expected.country) << layout.name;
    EXPECT_EQ(found.asn, layout.expected.asn) << layout.name;
    EXPECT_EQ(found.as_org, layout.expected.as_org) << layout.name;
  }
}

TEST(GeoLookup, RecordsOfTheWrongTypeSayNothing) {
  const MmdbValue wrong[] = {
      text("just text"),
      number(7),
      MmdbValue::list({text("country")}),
      map({{"country", number(49)}, {"asn", MmdbValue::list({number(1)})}}),
      map({{"country", map({{"iso_code", map({})}})}, {"autonomous_system_number", text("many")}}),
      map({{"country_code", text("U")}, {"asn", text("AS")}, {"as_name", MmdbValue::flag(true)}}),
      map({{"country_code", text("ZZ")}, {"asn", MmdbValue::number64(1ULL << 40)}}),
      map({{"country_code", text("??")}, {"asn", text("AS99999999999")}}),
  };
  for (const MmdbValue& record : wrong) {
    const GeoRecord found = look_up(record);
    EXPECT_EQ(found.country, "");
    EXPECT_EQ(found.asn, 0U);
    EXPECT_EQ(found.as_org, "");
  }
}

TEST(GeoLookup, BrokenTextIsMadeValid) {
  EXPECT_EQ(look_up(map({{"as_name", text("a\xff")}})).as_org, "a\xef\xbf\xbd");
}

TEST(GeoLookup, TheFirstFileThatHasAFactWins) {
  const ScratchFile asn(database(map({{"asn", number(1)}, {"as_name", text("One")}})));
  const ScratchFile both(database(map({{"country_code", text("DE")}, {"asn", number(2)}})));
  const auto databases = GeoDatabases::open({asn.path(), both.path()});
  const GeoRecord found = databases.lookup(*IpAddress::parse("8.8.8.8"));
  EXPECT_EQ(found.country, "DE");
  EXPECT_EQ(found.asn, 1U);
  EXPECT_EQ(found.as_org, "One");
  EXPECT_EQ(databases.info().size(), 2U);
}

TEST(GeoLookup, SpecialPurposeAddressesAreNowhere) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("0.0.0.0/0"), map({{"country_code", text("AU")}}));
  const ScratchFile file(writer.build({}));
  const auto databases = GeoDatabases::open({file.path()});
  for (const char* address :
       {"192.168.1.1", "203.0.113.9", "127.0.0.1", "224.0.0.1", "fe80::1", "::1"}) {
    EXPECT_EQ(databases.lookup(*IpAddress::parse(address)).country, "") << address;
  }
  EXPECT_EQ(databases.lookup(*IpAddress::parse("1.1.1.1")).country, "AU");
}

TEST(GeoLookup, WithoutFilesNothingIsKnown) {
  const GeoDatabases none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.lookup(*IpAddress::parse("8.8.8.8")).country, "");
}

TEST(GeoLookup, TheMetadataIsTold) {
  MmdbWriter writer;
  MmdbOptions options;
  options.database_type = "My-DB";
  options.description = {{"de", "Beschreibung"}, {"en", "A description"}};
  options.built = Timestamp{} + std::chrono::seconds(1'600'000'000);
  const ScratchFile file(writer.build(options));
  const auto databases = GeoDatabases::open({file.path()});
  const GeoDatabaseInfo& info = databases.info()[0];
  EXPECT_EQ(info.path, file.path());
  EXPECT_EQ(info.type, "My-DB");
  EXPECT_EQ(info.description, "A description");
  EXPECT_EQ(info.built, options.built);
}

std::string open_error(const std::string& path) {
  try {
    GeoDatabases::open({path});
  } catch (const GeoError& error) {
    return error.what();
  }
  return "no error";
}

TEST(GeoLookup, WhatIsNoDatabaseIsNamed) {
  EXPECT_EQ(open_error("/nonexistent/geo.mmdb"),
            "/nonexistent/geo.mmdb: not a usable MMDB database: cannot be read");
  for (const std::string& bytes :
       {std::string(), std::string("hello"), std::string(100'000, '\xff')}) {
    const ScratchFile file(bytes);
    EXPECT_EQ(open_error(file.path()).substr(0, file.path().size() + 2), file.path() + ": ");
  }
}

TEST(GeoLookup, DamageAnywhereNeverCrashes) {
  const std::string whole = database(map({{"country", map({{"iso_code", text("US")}})},
                                          {"autonomous_system_number", number(1)},
                                          {"autonomous_system_organization", text("Somebody")}}));
  for (size_t at = 0; at < whole.size(); at += 3) {
    for (const char damage : {'\x00', '\xff', '\x20', '\x5f'}) {
      std::string bytes = whole;
      bytes[at] = damage;
      const ScratchFile file(bytes);
      try {
        const auto databases = GeoDatabases::open({file.path()});
        (void)databases.lookup(*IpAddress::parse("8.8.8.8"));
        (void)databases.lookup(*IpAddress::parse("2001:4860::1"));
      } catch (const GeoError&) {
      }
    }
  }
}

// Files of other makers, which are not part of the source tree.
class ForeignFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no sample databases beside the tree";
  }
  GeoRecord look_up(const std::string& name, const std::string& address) const {
    return GeoDatabases::open({folder_ / name}).lookup(*IpAddress::parse(address));
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(TELLTALE_SOURCE_DIR) / "../shared/mmdb";
};

TEST_F(ForeignFiles, MaxMindsTestDatabases) {
  EXPECT_EQ(look_up("GeoLite2-Country-Test.mmdb", "2.125.160.216").country, "GB");
  EXPECT_EQ(look_up("GeoLite2-City-Test.mmdb", "2.125.160.216").country, "GB");
  const GeoRecord asn = look_up("GeoLite2-ASN-Test.mmdb", "1.128.0.1");
  EXPECT_EQ(asn.asn, 1221U);
  EXPECT_EQ(asn.as_org, "Telstra Pty Ltd");
  EXPECT_EQ(look_up("GeoIP2-Enterprise-Test.mmdb", "74.209.24.1").asn, 14671U);
}

TEST_F(ForeignFiles, IpinfosAsnFileTellsNoCountry) {
  const GeoRecord found = look_up("ipinfo_asn_sample.mmdb", "1.0.0.1");
  EXPECT_EQ(found.country, "");
}

TEST_F(ForeignFiles, EveryFileIsReadOrRefused) {
  size_t opened = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (entry.path().extension() != ".mmdb") continue;
    try {
      const auto databases = GeoDatabases::open({entry.path()});
      ++opened;
      for (uint32_t address = 1; address < 0xdf000000; address += 0x00010101) {
        (void)databases.lookup(IpAddress::v4(address));
      }
      for (const char* address : {"2001:4860::8888", "2600::1", "2a02:cf40::1", "2002:102:304::"}) {
        (void)databases.lookup(*IpAddress::parse(address));
      }
    } catch (const GeoError&) {
    }
  }
  EXPECT_GT(opened, 10U);
}

}  // namespace
}  // namespace telltale
