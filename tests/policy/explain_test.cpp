#include "sensor/policy/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sensor/policy/policy_check.h"

namespace telltale {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A phone sends its IMEI to an app's server that stands in another country.
struct World {
  Config config;
  Device device;
  Destination destination;
  Finding finding;

  explicit World(const std::string& text = "trust: {untrusted: {packs: [in-69a-2020]}}\n")
      : config(parse_config(text, "home.yaml")) {
    device.id = device.name = "Lab phone";
    device.ip = *IpAddress::parse("192.168.0.7");
    destination.ip = *IpAddress::parse("203.0.113.9");
    destination.hostname = "log.ushareit.com";
    destination.country = "SG";
    finding.type = DataType::imei;
    finding.confidence = 0.9;
    finding.cleartext = true;
    finding.location = "http.request.body:$.imei";
  }
  Explanation explained() const {
    const TrustPolicy trust(config);
    const CatalogueIndex catalogue(config);
    const RuleSet rules(config);
    return explain({device, destination, &finding}, {config, nullptr, trust, catalogue, rules});
  }
};

TEST(Explain, SaysBothGeographiesAndWhichListDecided) {
  const Explanation it = World().explained();
  EXPECT_EQ(it.destination.country, "SG");
  EXPECT_EQ(it.destination.operator_country, "CN");
  EXPECT_EQ(it.destination.trust, Trust::untrusted);
  ASSERT_FALSE(it.owners.empty());
  EXPECT_EQ(it.owners[0].app, "SHAREit");
  EXPECT_EQ(it.owners[0].domain, "ushareit.com");
  EXPECT_TRUE(it.owners[0].listed) << "SHAREit is known to collect IMEIs";
  EXPECT_FALSE(it.owners[0].source.empty());
  EXPECT_TRUE(it.trust[0].decided);
  EXPECT_EQ(it.trust[0].matches[0].reason, "untrusted.packs.in-69a-2020: ushareit.com");
  EXPECT_EQ(it.verdict.kind, VerdictKind::alert);
}

TEST(Explain, EveryRuleIsThereUntilTheOneThatDecided) {
  const Explanation it = World().explained();
  ASSERT_GT(it.rules.size(), 5U);
  EXPECT_EQ(it.rules[0].outcome, "the server is untrusted, not trusted");
  EXPECT_EQ(it.rules[1].outcome, "it is imei (identifiers), not contacts");
  size_t decided = 0;
  bool after = false;
  for (const RuleStep& step : it.rules) {
    if (after) {
      EXPECT_EQ(step.outcome, "not asked");
    }
    if (!step.decided) continue;
    ++decided;
    after = true;
    EXPECT_EQ(step.outcome, "holds: alert, severity 1");
    EXPECT_EQ(step.name, it.verdict.rule);
    EXPECT_GT(step.line, 0);
  }
  EXPECT_EQ(decided, 1U);
}

TEST(Explain, WhatWouldChangeTheVerdictWasTried) {
  const Explanation it = World().explained();
  EXPECT_THAT(it.changes,
              Contains("with log.ushareit.com under trust.trusted.domains: allow by the rule 'data "
                       "to a trusted server'"));
  EXPECT_THAT(it.changes, Contains("with the mute {device: [Lab phone], type: [imei], domain: "
                                   "[log.ushareit.com]}: told nobody"));
  EXPECT_THAT(it.changes, Contains(HasSubstr("were the server unknown")));
  EXPECT_THAT(it.changes, Not(Contains(HasSubstr("sent encrypted"))))
      << "the same alert: it says nothing that changes nothing";
}

TEST(Explain, AnEntryThatWouldNotHelpIsNotSuggested) {
  World world("trust: {untrusted: {cidrs: [203.0.113.0/24]}}\n");
  const Explanation it = world.explained();
  EXPECT_EQ(it.destination.trust, Trust::untrusted);
  EXPECT_THAT(it.changes, Not(Contains(HasSubstr("under trust.trusted.domains"))))
      << "name and address disagree: untrusted wins";
  EXPECT_THAT(it.changes,
              Contains(HasSubstr("the entry that decides, untrusted.cidrs: 203.0.113.0/24")));
}

TEST(Explain, AMuteIsToldWithItsReason) {
  const World world("mutes: [{device: [Tablet]}, {domain: [ushareit.com], reason: agreed}]\n");
  const Explanation it = world.explained();
  ASSERT_EQ(it.mutes.size(), 2U);
  EXPECT_FALSE(it.mutes[0].covers);
  EXPECT_TRUE(it.mutes[1].covers);
  EXPECT_EQ(it.mutes[1].reason, "agreed");
  EXPECT_FALSE(it.verdict.is_told());
  EXPECT_THAT(it.changes, Contains(HasSubstr("without the mute")));
}

TEST(Explain, AnUnverifiedNameIsJudgedByItsDnsName) {
  World world;
  world.destination.hostname = "bank.example";
  world.destination.hostname_unverified = true;
  world.destination.dns_name = "log.ushareit.com";
  const Explanation it = world.explained();
  EXPECT_EQ(it.destination.app, "SHAREit");
  EXPECT_EQ(it.trust[0].asked, "log.ushareit.com");
  EXPECT_EQ(it.trust[1].asked, "bank.example");
}

TEST(Explain, IsAlsoJson) {
  const std::string json = to_json(World().explained());
  for (const char* part : {R"("country":"SG")", R"("operator_country":"CN")", R"("decided":true)",
                           R"("verdict":{"verdict":"alert","severity":1)", R"("changes":[)"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
}

std::vector<std::string> warnings(const std::string& text) {
  return policy_warnings(parse_config(text, "p.yaml"));
}

TEST(PolicyCheck, TheShippedPolicyHasNothingToWarnOf) { EXPECT_THAT(warnings(""), IsEmpty()); }

TEST(PolicyCheck, ContradictionsAreNamedWithTheOneThatCounts) {
  EXPECT_THAT(
      warnings(
          "trust: {trusted: {domains: [a.example, tiktok.com], asns: [7]}, untrusted: {domains: "
          "[a.example], asns: [8], packs: [in-69a-2020]}}\n"),
      ElementsAre(
          "domains a.example: both trusted and untrusted; untrusted counts",
          "domains tiktok.com: both trusted and untrusted.packs.in-69a-2020; trusted counts"));
}

TEST(PolicyCheck, NetworksInNetworksAreNamed) {
  EXPECT_THAT(
      warnings("trust: {trusted: {cidrs: [192.0.2.0/24, 192.0.2.128/25, 10.0.0.0/8]}, untrusted: "
               "{cidrs: "
               "[192.0.2.192/26]}}\n"),
      ElementsAre(
          "cidrs 192.0.2.128/25 (trusted) lies in 192.0.2.0/24 (trusted) and changes nothing",
          "cidrs 192.0.2.192/26 (untrusted) lies in 192.0.2.128/25 (trusted); the longer one "
          "counts "
          "there"));
}

TEST(PolicyCheck, APublicSuffixIsNamed) {
  EXPECT_THAT(
      warnings("trust: {trusted: {domains: [co.uk]}}\n"),
      ElementsAre("domains co.uk (trusted) is a public suffix: it covers every site under it"));
}

TEST(PolicyCheck, ARuleBehindOneThatHoldsMoreIsNeverReached) {
  EXPECT_THAT(
      warnings(
          "rules:\n  - {name: a, when: {class: [contacts]}, then: {verdict: allow}}\n"
          "  - {name: b, when: {class: [contacts], trust: [unknown]}, then: {verdict: alert}}\n"
          "  - {name: c, when: {class: [location]}, then: {verdict: alert}}\n"
          "  - {name: d, when: {contact: true}, then: {verdict: alert}}\n"),
      ElementsAre("rule 'b' (p.yaml:3) is never reached: 'a' (p.yaml:2) holds first"));
}

}  // namespace
}  // namespace telltale
