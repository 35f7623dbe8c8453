#include "sensor/policy/destinations.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "geoip/mmdb_writer.h"

namespace telltale {
namespace {

const IpAddress kPhone = *IpAddress::parse("192.168.0.7");
const IpAddress kServer = *IpAddress::parse("8.8.8.8");
const Timestamp kNow = Timestamp{} + std::chrono::hours(1000);

class DestinationsTest : public testing::Test {
 protected:
  Destination resolve(std::string_view claimed, HostnameSource source = HostnameSource::tls_sni) {
    return resolver_.resolve({kPhone, {kServer, 443}, claimed, source, kNow}, names_);
  }
  void learn(std::string_view name, const IpAddress& address = kServer) {
    names_.learn({kPhone, name, address, std::chrono::seconds(60), kNow});
  }
  static GeoDatabases databases() {
    MmdbWriter writer;
    writer.insert(*Cidr::parse("8.8.8.0/24"),
                  MmdbValue::map({{"country_code", MmdbValue::text("US")},
                                  {"asn", MmdbValue::number32(15169)},
                                  {"as_name", MmdbValue::text("Google")}}));
    writer.insert(*Cidr::parse("77.88.8.0/24"),
                  MmdbValue::map({{"asn", MmdbValue::number32(13238)}}));
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const std::string path = testing::TempDir() + "telltale_" + test->name() + ".mmdb";
    std::ofstream(path, std::ios::binary) << writer.build({});
    auto opened = GeoDatabases::open({path});
    std::filesystem::remove(path);
    return opened;
  }

  Config config_ = parse_config(R"(
trust:
  trusted: {domains: [bank.example], operators: [ByteDance]}
  untrusted: {domains: [collector.example]}
)",
                                "test");
  WeirdCounts weird_;
  HostNames names_{config_.limits(), weird_};
  GeoDatabases geo_ = databases();
  TrustPolicy trust_{config_};
  CatalogueIndex catalogue_{config_};
  DestinationResolver resolver_{config_, geo_, trust_, catalogue_};
};

TEST_F(DestinationsTest, WhatIsClaimedIsTheNameWhereNothingContradictsIt) {
  const Destination destination = resolve("Api.Bank.Example:443", HostnameSource::http_host);
  EXPECT_EQ(destination.hostname, "api.bank.example");
  EXPECT_EQ(destination.hostname_source, HostnameSource::http_host);
  EXPECT_FALSE(destination.hostname_unverified);
  EXPECT_EQ(destination.trust, Trust::trusted);
  EXPECT_EQ(destination.trust_reason, "trusted.domains: bank.example");
}

TEST_F(DestinationsTest, WithoutAClaimTheDnsNameIsTold) {
  learn("collector.example");
  const Destination destination = resolve("", HostnameSource::none);
  EXPECT_EQ(destination.hostname, "collector.example");
  EXPECT_EQ(destination.hostname_source, HostnameSource::dns);
  EXPECT_EQ(destination.trust, Trust::untrusted);
}

TEST_F(DestinationsTest, AClaimThatDnsContradictsEarnsNoTrust) {
  learn("collector.example");
  const Destination destination = resolve("bank.example");
  EXPECT_EQ(destination.hostname, "bank.example");
  EXPECT_TRUE(destination.hostname_unverified);
  EXPECT_EQ(destination.dns_name, "collector.example");
  EXPECT_EQ(destination.trust, Trust::untrusted) << "judged by what DNS calls the address";
}

TEST_F(DestinationsTest, AClaimForANameThatIsElsewhereEarnsNoTrust) {
  learn("bank.example", *IpAddress::parse("9.9.9.9"));
  const Destination destination = resolve("bank.example");
  EXPECT_TRUE(destination.hostname_unverified);
  EXPECT_EQ(destination.trust, Trust::unknown);
}

TEST_F(DestinationsTest, AClaimThatDnsBacksIsTrusted) {
  learn("collector.example");
  learn("bank.example");
  EXPECT_FALSE(resolve("bank.example").hostname_unverified);
  EXPECT_EQ(resolve("bank.example").trust, Trust::trusted);
}

TEST_F(DestinationsTest, WhereAndWhoComesFromTheDatabases) {
  const Destination destination = resolve("");
  EXPECT_EQ(destination.country, "US");
  EXPECT_EQ(destination.asn, 15169U);
  EXPECT_EQ(destination.as_org, "Google");
  EXPECT_EQ(destination.ip, kServer);
}

TEST_F(DestinationsTest, TheCatalogueNamesAppAndOperator) {
  const Destination destination = resolve("api16-normal.tiktokv.com");
  EXPECT_EQ(destination.app, "TikTok");
  EXPECT_EQ(destination.operator_name, "ByteDance");
  EXPECT_EQ(destination.operator_country, "CN");
  EXPECT_EQ(destination.trust_reason, "trusted.operators: ByteDance");
}

TEST_F(DestinationsTest, AContradictedClaimBorrowsNobodysGoodName) {
  learn("plain.example");
  const Destination destination = resolve("api.tiktokv.com");
  EXPECT_TRUE(destination.hostname_unverified);
  EXPECT_EQ(destination.operator_name, "");
  EXPECT_EQ(destination.trust, Trust::unknown);
}

TEST_F(DestinationsTest, ANetworkTellsWhoRunsAServerThatNoNameTells) {
  const auto at = [&](std::string_view address, std::string_view name = {}) {
    return resolver_.resolve(
        {kPhone, {*IpAddress::parse(address), 443}, name, HostnameSource::tls_sni, kNow}, names_);
  };
  EXPECT_EQ(at("77.88.8.8").operator_name, "Yandex");
  EXPECT_EQ(at("77.88.8.8").operator_country, "RU");
  EXPECT_EQ(at("77.88.8.8").app, "") << "it says nothing of the app";
  EXPECT_EQ(at("77.88.8.8", "nobody.example").operator_name, "Yandex");
  EXPECT_EQ(at("77.88.8.8", "api.tiktokv.com").operator_name, "ByteDance") << "names come first";
  EXPECT_EQ(at("8.8.8.8").operator_name, "") << "a network that also rents out servers";
}

TEST_F(DestinationsTest, WhatAnAppIsKnownToCollectIsSuspectedOfIt) {
  const auto* owner = catalogue_.match(resolve("api16-normal.tiktokv.com")).owner;
  ASSERT_NE(owner, nullptr);
  ASSERT_NE(owner->suspicion, nullptr);
  EXPECT_EQ(owner->suspicion->app, "TikTok");
  EXPECT_NE(std::find(owner->suspicion->types.begin(), owner->suspicion->types.end(),
                      DataType::android_id),
            owner->suspicion->types.end());
  EXPECT_NE(owner->suspicion->source, "");
  EXPECT_EQ(catalogue_.owner_of_network(13238)->suspicion, nullptr) << "a network is no app";
}

TEST_F(DestinationsTest, AppsThatShareADomainAreAllNamed) {
  EXPECT_EQ(resolve("log.byteoversea.com").app, "TikTok / Helo");
  EXPECT_EQ(resolve("log.byteoversea.com").operator_name, "ByteDance");
}

TEST_F(DestinationsTest, TheGeoCacheIsBoundedAndKeepsItsAnswers) {
  config_.inspect.limits.max_cached_destinations = 2;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 10; ++i) {
      const Destination destination = resolver_.resolve(
          {kPhone, {IpAddress::v4(0x08080800 + i), 443}, {}, HostnameSource::none, kNow}, names_);
      EXPECT_EQ(destination.country, "US");
    }
  }
  EXPECT_LE(resolver_.cached(), 2U);
}

TEST(CleanHostName, TakesOffPortDotAndCase) {
  const std::pair<const char*, const char*> table[] = {{"Example.COM", "example.com"},
                                                       {"example.com:8080", "example.com"},
                                                       {"example.com.", "example.com"},
                                                       {"a_b.example", "a_b.example"},
                                                       {"localhost", "localhost"},
                                                       {"", ""},
                                                       {"10.0.0.1", ""},
                                                       {"10.0.0.1:80", ""},
                                                       {"[::1]:80", ""},
                                                       {"::1", ""},
                                                       {"a..b", ""},
                                                       {".", ""},
                                                       {"a b", ""},
                                                       {"a\nb", ""},
                                                       {"<script>", ""},
                                                       {"ex\xc3\xa4mple.com", ""}};
  for (const auto& [host, expected] : table) EXPECT_EQ(clean_host_name(host), expected) << host;
  EXPECT_EQ(clean_host_name(std::string(64, 'a') + ".com"), "");
  EXPECT_EQ(clean_host_name(std::string(10'000, 'a')), "");
}

}  // namespace
}  // namespace telltale
