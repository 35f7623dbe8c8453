#include "sensor/policy/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace telltale {
namespace {

using testing::ElementsAre;

// Every kind of list, with entries that overlap in every way the precedence speaks of.
constexpr std::string_view kPolicy = R"(
trust:
  default: unknown
  trusted:
    domains: [example.com, api.example.cn, both.example, music.qq.com]
    cidrs: [192.0.2.0/24, 198.51.100.7, 2001:db8::/32]
    asns: [15169, 64500]
    operators: [Acme, Xiaomi]
    countries: [DE]
    operator_countries: [SE]
  untrusted:
    domains: [example.cn, bad.example.com, both.example]
    cidrs: [198.51.100.0/24, 192.0.2.128/25]
    asns: [4134, 64500]
    operators: [Evil Corp]
    countries: [RU]
    operator_countries: [CN]
    packs: [in-69a-2020]
)";

struct Case {
  const char* what;
  Destination destination;
  Trust trust;
  const char* reason;
};

Destination at(const char* ip, const char* host = "") {
  Destination destination;
  destination.ip = *IpAddress::parse(ip);
  destination.hostname = host;
  return destination;
}
Destination run_by(const char* operator_name, const char* operator_country, uint32_t asn = 0,
                   const char* country = "") {
  Destination destination = at("8.8.8.8");
  destination.operator_name = operator_name;
  destination.operator_country = operator_country;
  destination.asn = asn;
  destination.country = country;
  return destination;
}

TEST(Trust, ThreeRanksDecideInTurn) {
  const Config config = parse_config(kPolicy, "policy");
  const TrustPolicy policy(config);
  Destination named_and_run = run_by("Evil Corp", "CN", 4134, "RU");
  named_and_run.hostname = "www.example.com";
  const Case cases[] = {
      {"nothing matches", at("8.8.8.8"), Trust::unknown, "default: unknown"},
      {"a domain", at("8.8.8.8", "example.com"), Trust::trusted, "trusted.domains: example.com"},
      {"its subdomain", at("8.8.8.8", "a.b.example.com"), Trust::trusted,
       "trusted.domains: example.com"},
      {"not a name that only ends alike", at("8.8.8.8", "notexample.com"), Trust::unknown,
       "default: unknown"},
      {"a longer untrusted one under a trusted one", at("8.8.8.8", "x.bad.example.com"),
       Trust::untrusted, "untrusted.domains: bad.example.com"},
      {"a longer trusted one under an untrusted one", at("8.8.8.8", "api.example.cn"),
       Trust::trusted, "trusted.domains: api.example.cn"},
      {"its sibling", at("8.8.8.8", "www.example.cn"), Trust::untrusted,
       "untrusted.domains: example.cn"},
      {"the same entry on both sides", at("8.8.8.8", "both.example"), Trust::untrusted,
       "untrusted.domains: both.example"},
      {"a pack's entry", at("8.8.8.8", "www.tiktok.com"), Trust::untrusted,
       "untrusted.packs.in-69a-2020: tiktok.com"},
      {"the user's own entry before a pack's same one", at("8.8.8.8", "y.music.qq.com"),
       Trust::trusted, "trusted.domains: music.qq.com"},
      {"a network", at("192.0.2.1"), Trust::trusted, "trusted.cidrs: 192.0.2.0/24"},
      {"a longer untrusted network", at("192.0.2.200"), Trust::untrusted,
       "untrusted.cidrs: 192.0.2.128/25"},
      {"one address in an untrusted network", at("198.51.100.7"), Trust::trusted,
       "trusted.cidrs: 198.51.100.7/32"},
      {"an IPv6 network", at("2001:db8:1::1"), Trust::trusted, "trusted.cidrs: 2001:db8::/32"},
      {"name and address disagree", at("198.51.100.9", "example.com"), Trust::untrusted,
       "untrusted.cidrs: 198.51.100.0/24"},
      {"address and name disagree", at("192.0.2.1", "www.example.cn"), Trust::untrusted,
       "untrusted.domains: example.cn"},
      {"an operator", run_by("ACME", ""), Trust::trusted, "trusted.operators: Acme"},
      {"a network's operator", run_by("", "", 15169), Trust::trusted, "trusted.asns: AS15169"},
      {"an ASN on both sides", run_by("", "", 64500), Trust::untrusted, "untrusted.asns: AS64500"},
      {"operator and ASN disagree", run_by("Evil Corp", "", 15169), Trust::untrusted,
       "untrusted.operators: Evil Corp"},
      {"the operator's country", run_by("", "CN"), Trust::untrusted,
       "untrusted.operator_countries: CN"},
      {"the address's country", run_by("", "", 0, "DE"), Trust::trusted, "trusted.countries: DE"},
      {"the operator's country and the address's disagree", run_by("", "CN", 0, "DE"),
       Trust::untrusted, "untrusted.operator_countries: CN"},
      {"the same the other way", run_by("", "SE", 0, "RU"), Trust::untrusted,
       "untrusted.countries: RU"},
      {"who before where", run_by("Xiaomi", "CN", 0, "RU"), Trust::trusted,
       "trusted.operators: Xiaomi"},
      {"name before all else", named_and_run, Trust::trusted, "trusted.domains: example.com"},
  };
  for (const Case& test : cases) {
    const TrustDecision decision = policy.judge(test.destination);
    EXPECT_EQ(decision.trust, test.trust) << test.what;
    EXPECT_EQ(decision.reason, test.reason) << test.what;
  }
}

TEST(Trust, AnUnverifiedNameEarnsNoTrust) {
  const Config config = parse_config(kPolicy, "policy");
  const TrustPolicy policy(config);
  Destination lying = at("8.8.8.8", "example.com");
  lying.hostname_unverified = true;
  EXPECT_EQ(policy.judge(lying).trust, Trust::unknown);
  lying.dns_name = "collect.tiktok.com";
  EXPECT_EQ(policy.judge(lying).reason, "untrusted.packs.in-69a-2020: tiktok.com");
  lying.dns_name = "example.com";
  EXPECT_EQ(policy.judge(lying).trust, Trust::trusted) << "as the answers call it";
}

TEST(Trust, AnUnverifiedNameCanStillBeDistrusted) {
  const Config config = parse_config(kPolicy, "policy");
  const TrustPolicy policy(config);
  Destination lying = at("8.8.8.8", "www.tiktok.com");
  lying.hostname_unverified = true;
  lying.dns_name = "example.com";
  EXPECT_EQ(policy.judge(lying).trust, Trust::untrusted);
  lying.dns_name.clear();
  lying.hostname = "api.example.cn";
  EXPECT_EQ(policy.judge(lying).reason, "untrusted.domains: example.cn")
      << "the longer entry that would trust it does not count";
}

TEST(Trust, TheDefaultDecidesLast) {
  const Config config = parse_config("trust: {default: untrusted}", "policy");
  const TrustDecision decision = TrustPolicy(config).judge(at("8.8.8.8"));
  EXPECT_EQ(decision.trust, Trust::untrusted);
  EXPECT_EQ(decision.reason, "default: untrusted");
}

TEST(Trust, EverythingConsultedCanBeExplained) {
  const Config config = parse_config(kPolicy, "policy");
  Destination destination = run_by("Evil Corp", "CN", 0, "DE");
  destination.hostname = "www.example.com";
  std::vector<std::string> told;
  for (const TrustStep& step : TrustPolicy(config).consulted(destination)) {
    std::string line = std::to_string(step.rank) + " " + step.kind + " " + step.asked;
    for (const TrustDecision& match : step.matches) line += " | " + match.reason;
    told.push_back(line + (step.decided ? " *" : ""));
  }
  EXPECT_THAT(told, ElementsAre("1 domains www.example.com | trusted.domains: example.com *",
                                "1 cidrs 8.8.8.8", "2 asns ",
                                "2 operators Evil Corp | untrusted.operators: Evil Corp",
                                "3 operator_countries CN | untrusted.operator_countries: CN",
                                "3 countries DE | trusted.countries: DE",
                                "4 default  | default: unknown"));
}

TEST(Trust, ShorterEntriesAreToldBehindTheOneThatCounts) {
  const Config config = parse_config(kPolicy, "policy");
  const TrustPolicy policy(config);
  const auto steps = policy.consulted(at("192.0.2.200", "x.bad.example.com"));
  ASSERT_EQ(steps[0].matches.size(), 2U);
  EXPECT_EQ(steps[0].matches[0].reason, "untrusted.domains: bad.example.com");
  EXPECT_EQ(steps[0].matches[1].reason, "trusted.domains: example.com");
  ASSERT_EQ(steps[1].matches.size(), 2U);
  EXPECT_EQ(steps[1].matches[1].reason, "trusted.cidrs: 192.0.2.0/24");
}

TEST(Trust, TheWholeOfEitherAddressSpaceCanBeListed) {
  const Config config = parse_config(
      "trust: {trusted: {cidrs: [0.0.0.0/0]}, untrusted: {cidrs: [\"::/0\"]}}", "policy");
  const TrustPolicy policy(config);
  EXPECT_EQ(policy.judge(at("8.8.8.8")).reason, "trusted.cidrs: 0.0.0.0/0");
  EXPECT_EQ(policy.judge(at("2600::1")).reason, "untrusted.cidrs: ::/0");
}

}  // namespace
}  // namespace telltale
