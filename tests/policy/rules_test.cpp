#include "sensor/policy/rules.h"

#include <set>

#include <gtest/gtest.h>

namespace telltale {
namespace {

Device phone() {
  Device device;
  device.id = "02:00:00:00:00:07";
  device.mac = device.id;
  device.name = "Lab phone";
  device.group = "phones";
  device.ip = *IpAddress::parse("192.168.0.7");
  return device;
}

Destination server() {
  Destination destination;
  destination.ip = *IpAddress::parse("8.8.8.8");
  destination.hostname = "api.example.com";
  destination.country = "US";
  destination.asn = 15169;
  destination.app = "TikTok / Helo";
  destination.operator_name = "ByteDance";
  destination.operator_country = "CN";
  destination.trust = Trust::untrusted;
  destination.trust_reason = "untrusted.domains: example.com";
  return destination;
}

Finding imei() {
  Finding finding;
  finding.type = DataType::imei;
  finding.confidence = 0.9;
  finding.cleartext = true;
  return finding;
}

// The rule that decides under a policy of one rule with this condition; "" when it does not hold.
std::string decided(const std::string& when, const Finding& finding = imei()) {
  const Config config = parse_config(
      "rules: [{name: it, when: " + when + ", then: {verdict: alert, severity: 2}}]", "test");
  return RuleSet(config).judge(phone(), server(), finding).rule;
}

TEST(Rules, EveryConditionHoldsOrNot) {
  const std::pair<const char*, bool> table[] = {
      {"{}", true},
      {"{class: [identifiers]}", true},
      {"{class: [contacts, location]}", false},
      {"{type: [imsi, imei]}", true},
      {"{type: [imsi]}", false},
      {"{class: [contacts], type: [imei]}", false},
      {"{trust: [unknown, untrusted]}", true},
      {"{trust: [trusted]}", false},
      {"{cleartext: true}", true},
      {"{cleartext: false}", false},
      {"{country: [DE, US]}", true},
      {"{country: [DE]}", false},
      {"{country_not: [DE]}", true},
      {"{country_not: [DE, US]}", false},
      {"{operator_country: [CN]}", true},
      {"{operator_country: [US]}", false},
      {"{asn: [15169]}", true},
      {"{asn: [1]}", false},
      {"{app: [helo]}", true},
      {"{app: [TikTok]}", true},
      {"{app: [Tik]}", false},
      {"{device: [lab phone]}", true},
      {"{device: [192.168.0.7]}", true},
      {"{device: [\"02:00:00:00:00:07\"]}", true},
      {"{device: [Laptop]}", false},
      {"{group: [Phones]}", true},
      {"{group: [laptops]}", false},
      {"{domain: [example.com]}", true},
      {"{domain: [api.example.com]}", true},
      {"{domain: [ample.com]}", false},
      {"{min_confidence: 0.9}", true},
      {"{min_confidence: 0.91}", false},
      {"{country: [US], domain: [other.example]}", false},
      {"{operator: [bytedance]}", true},
      {"{operator: [Acme]}", false},
      {"{list: [untrusted.domains]}", true},
      {"{list: [packs.in-69a-2020]}", false},
      {"{address: [8.8.8.0/24]}", true},
      {"{address: [9.9.9.9]}", false},
      {"{time: [\"00:00-01:00\"]}", true},
      {"{time: [\"01:00-02:00\", \"23:00-00:01\"]}", true},
      {"{time: [\"01:00-02:00\"]}", false},
      {"{days: [thu]}", true},
      {"{days: [mon, tue]}", false},
      {"{min_bytes: 0}", true},
      {"{min_bytes: 1KiB}", false},
      {"{contact: true}", false},
      {"{anomaly: [any]}", false},
  };
  for (const auto& [when, holds] : table) EXPECT_EQ(decided(when), holds ? "it" : "") << when;
}

TEST(Rules, SpeakOfFindingsContactsOrAnomalies) {
  const Config config = parse_config(R"(
rules:
  - {name: contact, when: {contact: true, min_bytes: 1KiB}, then: {verdict: notice}}
  - {name: tunnel, when: {anomaly: [dns_tunnel], min_confidence: 0.5}, then: {verdict: alert, severity: 2}}
  - {name: odd, when: {anomaly: [any]}, then: {verdict: notice}}
)",
                                     "test");
  const RuleSet rules(config);
  EXPECT_TRUE(rules.speaks_of(RuleSubject::contact));
  EXPECT_FALSE(rules.speaks_of(RuleSubject::finding));
  const Device device = phone();
  const Destination destination = server();
  const Finding finding = imei();
  const auto rule = [&](const Occasion& occasion) { return rules.judge(occasion).rule; };
  EXPECT_EQ(rule({device, destination, &finding}), "");
  EXPECT_EQ(rule({device, destination, nullptr, "", 0, {}, 1024}), "contact");
  EXPECT_EQ(rule({device, destination, nullptr, "", 0, {}, 1023}), "");
  EXPECT_EQ(rule({device, destination, nullptr, "dns_tunnel", 0.6}), "tunnel");
  EXPECT_EQ(rule({device, destination, nullptr, "dns_tunnel", 0.4}), "odd");
  EXPECT_EQ(rule({device, destination, nullptr, "beacon", 0.9}), "odd");
  EXPECT_EQ(rules.judge(Occasion{device, destination, nullptr, "beacon", 0.9}).reason,
            "Lab phone behaved strangely (beacon) towards api.example.com in US, which is untrusted "
            "(untrusted.domains: example.com)");
}

TEST(Rules, TheFirstThatHoldsDecides) {
  const Config config = parse_config(R"(
rules:
  - {name: contacts only, when: {class: [contacts]}, then: {verdict: alert, severity: 1}}
  - {name: quiet, when: {type: [imei]}, then: {verdict: notice}}
  - {name: loud, then: {verdict: alert, severity: 1}}
)",
                                     "test");
  const Verdict verdict = RuleSet(config).judge(phone(), server(), imei());
  EXPECT_EQ(verdict.rule, "quiet");
  EXPECT_EQ(verdict.kind, VerdictKind::notice);
}

TEST(Rules, WhereNoneHoldsItIsAllowed) {
  const Verdict verdict =
      RuleSet(parse_config("rules: []", "test")).judge(phone(), server(), imei());
  EXPECT_EQ(verdict.kind, VerdictKind::allow);
  EXPECT_EQ(verdict.rule, "");
  EXPECT_EQ(verdict.signature_id, 0U);
}

TEST(Rules, TheReasonIsASentence) {
  const Config config = parse_config("rules: [{name: it, then: {verdict: alert}}]", "test");
  const RuleSet rules(config);
  EXPECT_EQ(
      rules.judge(phone(), server(), imei()).reason,
      "Lab phone sent imei (identifiers) in clear to api.example.com in US, which is untrusted "
      "(untrusted.domains: example.com)");
  Device unnamed = phone();
  unnamed.name.clear();
  Destination bare;
  bare.ip = *IpAddress::parse("9.9.9.9");
  Finding finding = imei();
  finding.cleartext = false;
  EXPECT_EQ(
      rules.judge(unnamed, bare, finding).reason,
      "02:00:00:00:00:07 sent imei (identifiers) encrypted to 9.9.9.9, which nobody vouched for");
}

TEST(Rules, SignaturesAreStableAndUnique) {
  std::string text = "rules:\n";
  for (int i = 0; i < 3000; ++i) {
    text += "  - {name: rule " + std::to_string(i) + ", then: {verdict: allow}}\n";
  }
  const RuleSet many(parse_config(text, "test"));
  std::set<uint32_t> ids;
  for (const RuleSet::Rule& rule : many.rules()) {
    EXPECT_GE(rule.signature_id, 1'000'000U);
    EXPECT_LT(rule.signature_id, 2'000'000U);
    ids.insert(rule.signature_id);
  }
  EXPECT_EQ(ids.size(), 3000U);
  const RuleSet alone(parse_config("rules: [{name: rule 0, then: {verdict: allow}}]", "test"));
  EXPECT_EQ(alone.rules()[0].signature_id, many.rules()[0].signature_id);
}

}  // namespace
}  // namespace telltale
