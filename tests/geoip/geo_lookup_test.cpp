#include "geoip/geo_lookup.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "geoip/file_bytes.h"
#include "geoip/mmdb_image.h"
#include "geoip/mmdb_writer.h"
#include "tests/geoip/oracle.h"
#include "tests/geoip/scratch_file.h"

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
  const GeoDatabaseInfo info = databases.info()[0];
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
            "/nonexistent/geo.mmdb: cannot be read: No such file or directory");
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

std::string country_database(const char* code, int64_t built) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("8.0.0.0/8"), map({{"country", map({{"iso_code", text(code)}})}}));
  MmdbOptions options;
  options.database_type = "Test-Country";
  options.built = Timestamp{} + std::chrono::seconds(built);
  return writer.build(options);
}

TEST(GeoLookup, AChangedFileIsTakenInAndABadOneIsNot) {
  const ScratchFile file(country_database("US", 1'600'000'000));
  auto databases = GeoDatabases::open({file.path()});
  const IpAddress address = *IpAddress::parse("8.8.8.8");
  EXPECT_TRUE(databases.refresh().empty());
  EXPECT_EQ(databases.generation(), 0U);

  place_database(file.path(), country_database("DE", 1'700'000'000));
  EXPECT_EQ(databases.refresh(),
            std::vector<std::string>{file.path() + ": taken in, data of 2023-11-14"});
  EXPECT_EQ(databases.lookup(address).country, "DE");
  EXPECT_EQ(databases.generation(), 1U);

  place_database(file.path(), "no database");
  EXPECT_EQ(databases.refresh(),
            std::vector<std::string>{file.path() +
                                     ": not a usable MMDB database: it is no MMDB file: the "
                                     "metadata is missing; the data of 2023-11-14 stays in use"});
  EXPECT_TRUE(databases.refresh().empty()) << "told once";
  EXPECT_EQ(databases.lookup(address).country, "DE");

  std::filesystem::remove(file.path());
  EXPECT_EQ(databases.refresh().size(), 1U);
  EXPECT_EQ(databases.lookup(address).country, "DE");
  EXPECT_EQ(databases.generation(), 1U);

  place_database(file.path(), country_database("FR", 1'700'000'000));
  EXPECT_EQ(databases.refresh().size(), 1U);
  EXPECT_EQ(databases.lookup(address).country, "FR");
}

TEST(GeoLookup, ReadersAreNotDisturbedByASwap) {
  const ScratchFile file(country_database("US", 1'600'000'000));
  auto databases = GeoDatabases::open({file.path()});
  std::atomic<bool> stop{false};
  std::atomic<size_t> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const std::string country = databases.lookup(*IpAddress::parse("8.1.2.3")).country;
        if (country != "US" && country != "DE") ++wrong;
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    place_database(file.path(), country_database(i % 2 == 0 ? "DE" : "US", 1'600'000'001 + i));
    EXPECT_EQ(databases.refresh().size(), 1U);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(databases.generation(), 50U);
}

TEST(GeoLookup, TheFileOfEachFactIsTold) {
  const ScratchFile asn(database(map({{"asn", number(1)}, {"as_name", text("One")}})));
  const ScratchFile both(database(map({{"country_code", text("DE")}, {"asn", number(2)}})));
  const auto databases = GeoDatabases::open({asn.path(), both.path()});
  const GeoAnswer answer = databases.explain(*IpAddress::parse("8.8.8.8"));
  EXPECT_EQ(answer.network_from, 0U);
  EXPECT_EQ(answer.country_from, 1U);
  EXPECT_FALSE(databases.explain(*IpAddress::parse("9.9.9.9")).country_from);
}

TEST(GeoLookup, OldDataIsToldWithItsAge) {
  GeoDatabaseInfo info;
  info.path = "a.mmdb";
  info.built = Timestamp{} + std::chrono::seconds(1'600'000'000);
  const auto max_age = std::chrono::hours(24 * 45);
  EXPECT_TRUE(age_warnings({info}, max_age, info.built + max_age).empty());
  const auto warnings = age_warnings({info}, max_age, info.built + std::chrono::hours(24 * 50));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0],
            "a.mmdb: its data is of 2020-09-13, 50 days old (geoip.max_age is 45): some addresses "
            "have moved since");
}

TEST(GeoLookup, AddressesThatHoldAnIpv4AddressAreWhereThatIs) {
  // 6to4, RFC 3056: the four bytes after 2002. As MaxMind's files have it: the node of IPv4 there.
  MmdbWriter writer;
  writer.insert(*Cidr::parse("8.8.8.0/24"), map({{"country_code", text("US")}}));
  writer.insert(*Cidr::parse("9.0.0.0/8"), map({{"country_code", text("DE")}}));
  writer.alias_ipv4(*Cidr::parse("2002::/16"));
  const ScratchFile file(writer.build({}));
  const auto databases = GeoDatabases::open({file.path()});
  Oracle oracle(file.path());
  for (const auto& [address, country] :
       {std::pair{"2002:0808:0808::1", "US"}, {"2002:0909:0808::1", "DE"}, {"2003::1", ""}}) {
    EXPECT_EQ(databases.lookup(*IpAddress::parse(address)).country, country) << address;
    EXPECT_EQ(oracle.text(*IpAddress::parse(address), "country_code"), country) << address;
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

// The first address of every network, and the one before it.
std::vector<IpAddress> boundaries(const std::string& path) {
  const std::string bytes = read_whole_file(path, MmdbImage::kMaxBytes);
  MmdbImage image(as_bytes(bytes));
  std::vector<IpAddress> all;
  image.walk([&](const MmdbLeaf& leaf) {
    auto first = leaf.first;
    const bool is_v4 = leaf.bits >= 96 && std::all_of(first.begin(), first.begin() + 12,
                                                      [](uint8_t byte) { return byte == 0; });
    if (is_v4) first[10] = first[11] = 0xff;
    all.push_back(IpAddress::v6(first.data()));
    for (size_t i = 16; i-- > 0 && first[i]-- == 0;) {
    }
    all.push_back(IpAddress::v6(first.data()));
  });
  return all;
}

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

TEST_F(ForeignFiles, OurIndexSaysWhatLibmaxminddbSays) {
  struct Case {
    const char* file;
    const char* country[2];
    const char* org;
  };
  const Case cases[] = {
      {"GeoLite2-Country-Test.mmdb", {"country", "iso_code"}, nullptr},
      {"GeoLite2-City-Test.mmdb", {"country", "iso_code"}, nullptr},
      {"GeoLite2-ASN-Test.mmdb", {nullptr, nullptr}, "autonomous_system_organization"},
      {"GeoIP2-ISP-Test.mmdb", {nullptr, nullptr}, "autonomous_system_organization"},
      {"ipinfo_lite_sample.mmdb", {"country_code", nullptr}, "as_name"},
  };
  for (const Case& each : cases) {
    const auto ours = GeoDatabases::open({folder_ / each.file});
    Oracle oracle(folder_ / each.file);
    size_t known = 0;
    for (const IpAddress& address : boundaries(folder_ / each.file)) {
      if (address.is_special_purpose()) continue;
      const GeoRecord found = ours.lookup(address);
      known += found.country.empty() && found.as_org.empty() ? 0 : 1;
      if (each.country[0] != nullptr) {
        const std::string expected = oracle.text(address, each.country[0], each.country[1]);
        if (!expected.empty()) {
          ASSERT_EQ(found.country, expected) << each.file << " " << address.to_string();
        }
      }
      if (each.org != nullptr) {
        const std::string expected = oracle.text(address, each.org);
        if (!expected.empty()) {
          ASSERT_EQ(found.as_org, expected) << each.file << " " << address.to_string();
        }
      }
    }
    EXPECT_GT(known, 10U) << each.file;
  }
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
