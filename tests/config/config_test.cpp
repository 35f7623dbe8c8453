#include "config/config.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace telltale {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Every section with every key, as the documentation shows them.
constexpr std::string_view kEverything = R"(
sensor:   {name: office-1, home_networks: [192.168.0.0/16], workers: auto}
capture:  {interfaces: [br-lan], bpf: "", snaplen: 4096, buffer: 32MiB, promiscuous: false}
tls:      {keylog: [keys.log, /var/keys.log]}
inspect:  {max_body: 4MiB, max_inflate_ratio: 100, max_depth: 4, lateral: true}
geoip:    {databases: [country.mmdb, asn.mmdb], max_age: 10d}
trust:
  default: untrusted
  trusted:   {domains: [Example.COM., "*.example.org"], asns: [15169], countries: [], cidrs: [], operators: [Acme]}
  untrusted: {domains: [], asns: [AS4134], countries: [ru], cidrs: [203.0.113.0/24], operators: [],
              operator_countries: [CN], packs: [in-69a-2020]}
rules:
  - name: contacts to a server nobody vouched for
    when: {class: [contacts], trust: [unknown, untrusted]}
    then: {verdict: alert, severity: 1}
  - name: everything
    when: {class: [identifiers], type: [imei], trust: [trusted], cleartext: true, country: [DE],
           country_not: [FR], operator_country: [US], asn: [1], app: [TikTok], device: [Lab phone],
           group: [phones], domain: [example.com], min_confidence: 0.75}
    then: {verdict: notice}
known_values: [{type: imei, value: "490154203237518", owner: phone-7}]
devices:      [{mac: "02:00:00:00:00:07", name: Lab phone, group: phones}, {ip: 192.168.0.9, name: Printer}]
feeds:        [{path: lists/stalkerware.yaml, format: auto, trust: untrusted}]
outputs:      [{type: eve, path: /var/log/telltale/eve.json}, {type: syslog}, {type: mqtt}, {type: webhook}]
store:        {path: /var/lib/telltale/telltale.db, retention: 30d, max_size: 1GiB}
web:          {listen: 127.0.0.1:8480}
privacy:      {samples: fingerprint}
)";

TEST(Config, EmptyTextGivesTheDefaults) {
  const Config config = parse_config("", "empty.yaml");
  EXPECT_EQ(config.sensor.name, "telltale");
  EXPECT_EQ(config.sensor.workers, 0U);
  EXPECT_EQ(config.trust.fallback, Trust::unknown);
  EXPECT_EQ(config.privacy.samples, SampleMode::masked);
  EXPECT_EQ(config.limits().max_body, 8U << 20);
  EXPECT_EQ(config.geoip.max_age, std::chrono::hours(24 * 45));
  EXPECT_THAT(config.trust.borrowed, IsEmpty());
  EXPECT_FALSE(config.rules.empty());
  EXPECT_FALSE(config.catalog.empty());
}

TEST(Config, PrivateLinkLocalSharedAndLoopbackRangesAreHomeByDefault) {
  const auto home = default_config().sensor.home_networks;
  for (const char* address : {"10.1.2.3", "172.31.0.1", "192.168.1.1", "100.100.0.1", "169.254.3.4",
                              "127.0.0.1", "fd00::1", "fe80::1", "::1"}) {
    EXPECT_TRUE(contains(home, *IpAddress::parse(address))) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:4860::8888"}) {
    EXPECT_FALSE(contains(home, *IpAddress::parse(address))) << address;
  }
}

TEST(Config, EverySectionIsRead) {
  const Config config = parse_config(kEverything, "all.yaml");
  EXPECT_EQ(config.sensor.name, "office-1");
  EXPECT_THAT(config.sensor.home_networks, ElementsAre(*Cidr::parse("192.168.0.0/16")));
  EXPECT_THAT(config.capture.interfaces, ElementsAre("br-lan"));
  EXPECT_EQ(config.capture.snaplen, 4096U);
  EXPECT_EQ(config.capture.buffer, 32ULL << 20);
  EXPECT_FALSE(config.capture.promiscuous);
  EXPECT_THAT(config.tls.keylog, ElementsAre("keys.log", "/var/keys.log"));
  EXPECT_EQ(config.limits().max_body, 4U << 20);
  EXPECT_EQ(config.limits().max_inflate_ratio, 100U);
  EXPECT_EQ(config.limits().max_depth, 4U);
  EXPECT_TRUE(config.inspect.lateral);
  EXPECT_EQ(config.geoip.max_age, std::chrono::hours(240));
  EXPECT_EQ(config.store.path, "/var/lib/telltale/telltale.db");
  EXPECT_EQ(config.web.listen, "127.0.0.1:8480");
  EXPECT_EQ(config.privacy.samples, SampleMode::fingerprint);
  ASSERT_THAT(config.known_values, SizeIs(1));
  EXPECT_EQ(config.known_values[0].type, DataType::imei);
  EXPECT_EQ(config.known_values[0].owner, "phone-7");
  ASSERT_THAT(config.devices, SizeIs(2));
  EXPECT_EQ(config.devices[0].mac, MacAddress::parse("02:00:00:00:00:07"));
  EXPECT_EQ(config.devices[0].group, "phones");
  EXPECT_EQ(config.devices[1].ip, Cidr::parse("192.168.0.9"));
  ASSERT_THAT(config.feeds, SizeIs(1));
  EXPECT_EQ(config.feeds[0].format, "auto");
  EXPECT_THAT(config.outputs, SizeIs(4));
}

TEST(Config, TrustEntriesAreNormalised) {
  const TrustConfig trust = parse_config(kEverything, "all.yaml").trust;
  EXPECT_EQ(trust.fallback, Trust::untrusted);
  EXPECT_THAT(trust.trusted.domains, ElementsAre("example.com", "example.org"));
  EXPECT_THAT(trust.trusted.operators, ElementsAre("Acme"));
  EXPECT_THAT(trust.untrusted.asns, ElementsAre(4134U));
  EXPECT_THAT(trust.untrusted.countries, ElementsAre("RU"));
  ASSERT_THAT(trust.borrowed, SizeIs(1));
  EXPECT_EQ(trust.borrowed[0].origin, "packs.in-69a-2020");
  EXPECT_THAT(trust.borrowed[0].lists.domains, testing::Contains("tiktok.com"));
}

TEST(Config, RulesReplaceTheDefaultOnes) {
  const auto rules = parse_config(kEverything, "all.yaml").rules;
  ASSERT_THAT(rules, SizeIs(2));
  EXPECT_EQ(rules[0].severity, 1);
  EXPECT_EQ(rules[0].origin, "all.yaml");
  const RuleCondition& when = rules[1].when;
  EXPECT_THAT(when.types, ElementsAre(DataType::imei));
  EXPECT_EQ(when.cleartext, true);
  EXPECT_THAT(when.countries_not, ElementsAre("FR"));
  EXPECT_DOUBLE_EQ(when.min_confidence, 0.75);
  EXPECT_EQ(rules[1].verdict, VerdictKind::notice);
}

TEST(Config, AnEmptyListOfRulesMeansNoRules) {
  EXPECT_THAT(parse_config("rules: []\n", "x").rules, IsEmpty());
}

TEST(Config, NorwayIsACountryAndNotAFalsehood) {
  const Config config = parse_config("trust: {trusted: {countries: [NO]}}\n", "x");
  EXPECT_THAT(config.trust.trusted.countries, ElementsAre("NO"));
}

class ConfigFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("telltale_config_") + test->name());  // tests run side by side
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) const {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string error_of(const std::string& path) {
    try {
      load_config(path);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  }

  std::filesystem::path folder_;
};

TEST_F(ConfigFile, RelativePathsAreTakenFromTheFilesFolder) {
  const std::string path = write("a.yaml", "tls: {keylog: [keys.log, /abs/keys.log]}\n");
  EXPECT_THAT(load_config(path).tls.keylog,
              ElementsAre(folder_.string() + "/keys.log", "/abs/keys.log"));
}

TEST_F(ConfigFile, AMissingFileIsNamed) {
  const std::string path = folder_ / "none.yaml";
  EXPECT_EQ(error_of(path), path + ":1:1: cannot be read: No such file or directory");
}

TEST_F(ConfigFile, AFolderIsRefused) {
  EXPECT_EQ(error_of(folder_), folder_.string() + ":1:1: not a regular file; name a YAML file");
}

TEST_F(ConfigFile, AFileBeyondTheCapIsRefusedUnread) {
  const std::string path = write("huge.yaml", "");
  std::filesystem::resize_file(path, (16U << 20) + 1);
  EXPECT_EQ(error_of(path), path + ":1:1: larger than 16 MiB; split the file");
}

TEST_F(ConfigFile, APolicyFileAddsTheUsersOwnTrustAndGoesBeforeOtherRules) {
  const std::string path = write("strict.yaml",
                                 "trust: {default: untrusted, trusted: {domains: [example.com]}}\n"
                                 "rules: [{name: mine, then: {verdict: allow}}]\n");
  Config config = default_config();
  const size_t before = config.rules.size();
  apply_policy_pack(config, path);
  EXPECT_EQ(config.trust.fallback, Trust::untrusted);
  EXPECT_THAT(config.trust.trusted.domains, ElementsAre("example.com"));
  ASSERT_THAT(config.rules, SizeIs(before + 1));
  EXPECT_EQ(config.rules[0].name, "mine");
  EXPECT_EQ(config.rules[0].origin, path);
}

TEST_F(ConfigFile, APolicyFileHoldsNothingButPolicy) {
  const std::string path = write("bad.yaml", "sensor: {name: x}\n");
  Config config = default_config();
  try {
    apply_policy_pack(config, path);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(
        error.what(),
        path + ":1:1: unknown key 'sensor' in a policy; valid keys: pack, apps, trust, rules");
  }
}

TEST_F(ConfigFile, PacksThatListEachOtherAreReadOnce) {
  write("a.yaml", "trust: {untrusted: {domains: [a.example], packs: [./b.yaml]}}\n");
  write("b.yaml", "trust: {untrusted: {domains: [b.example], packs: [./a.yaml]}}\n");
  Config config = default_config();
  apply_policy_pack(config, folder_ / "a.yaml");
  EXPECT_THAT(config.trust.untrusted.domains, ElementsAre("a.example"));
  ASSERT_THAT(config.trust.borrowed, SizeIs(1));
  EXPECT_THAT(config.trust.borrowed[0].lists.domains, ElementsAre("b.example"));
}

}  // namespace
}  // namespace telltale
