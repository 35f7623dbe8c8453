// What the shipped policies say of (destination, data): the table a user may rely on.
#include <gtest/gtest.h>

#include "sensor/policy/rules.h"
#include "sensor/policy/trust.h"

namespace telltale {
namespace {

struct Case {
  DataType type;
  Trust trust;
  bool cleartext;
  VerdictKind kind;
  int severity;  // of alerts
};

Verdict judged(const RuleSet& rules, DataType type, Trust trust, bool cleartext,
               double confidence = 0.9, const char* country = "") {
  Device device;
  device.id = "192.168.0.7";
  Destination destination;
  destination.ip = *IpAddress::parse("8.8.8.8");
  destination.trust = trust;
  destination.country = country;
  Finding finding;
  finding.type = type;
  finding.cleartext = cleartext;
  finding.confidence = confidence;
  return rules.judge(device, destination, finding);
}

TEST(DefaultRules, SayWhatIsWorthAPersonsTime) {
  using enum DataType;
  using enum VerdictKind;
  const RuleSet rules(default_config());
  const Case cases[] = {
      {contact_list, Trust::unknown, false, alert, 1},
      {contact_list, Trust::untrusted, true, alert, 1},
      {call_log, Trust::unknown, true, alert, 1},
      {message_log, Trust::untrusted, false, alert, 1},
      {coordinates, Trust::untrusted, false, alert, 1},
      {coordinates, Trust::unknown, false, alert, 2},
      {cell_tower, Trust::unknown, true, alert, 2},
      {wifi_scan, Trust::untrusted, true, alert, 1},
      {imei, Trust::untrusted, false, alert, 1},
      {imei, Trust::unknown, false, alert, 2},
      {imsi, Trust::unknown, true, alert, 2},
      {iccid, Trust::unknown, true, alert, 2},
      {phone_number, Trust::unknown, false, alert, 2},
      {android_id, Trust::unknown, false, alert, 2},
      {mac_address, Trust::unknown, false, alert, 2},
      {serial_number, Trust::unknown, false, alert, 2},
      {installed_apps, Trust::unknown, false, alert, 2},
      {email, Trust::untrusted, false, alert, 1},
      {email, Trust::unknown, true, alert, 2},
      {email, Trust::unknown, false, alert, 3},
      {advertising_id, Trust::untrusted, true, alert, 1},
      {advertising_id, Trust::unknown, false, alert, 3},
      {device_model, Trust::unknown, true, notice, 0},
      {tracking_id, Trust::unknown, true, notice, 0},
      {tracking_id, Trust::untrusted, true, notice, 0},
      {device_model, Trust::untrusted, true, alert, 3},
      {device_brand, Trust::unknown, false, notice, 0},
      {carrier_name, Trust::untrusted, false, alert, 3},
      {mcc, Trust::unknown, true, notice, 0},
      {sim_operator, Trust::unknown, true, notice, 0},
      {hostname, Trust::unknown, true, notice, 0},
      {hostname, Trust::untrusted, true, alert, 3},
  };
  for (const Case& test : cases) {
    const Verdict verdict = judged(rules, test.type, test.trust, test.cleartext);
    EXPECT_EQ(verdict.kind, test.kind) << name_of(test.type) << " " << name_of(test.trust);
    if (test.kind == alert) {
      EXPECT_EQ(verdict.severity, test.severity)
          << name_of(test.type) << " " << name_of(test.trust);
    }
  }
}

TEST(DefaultRules, NothingIsSaidOfTrustedServers) {
  const RuleSet rules(default_config());
  for (size_t i = 0; i < kDataTypeCount; ++i) {
    const auto type = static_cast<DataType>(i);
    EXPECT_EQ(judged(rules, type, Trust::trusted, true).kind, VerdictKind::allow) << name_of(type);
  }
}

TEST(DefaultRules, SpeakOfEveryTypeAndTrust) {
  const RuleSet rules(default_config());
  for (size_t i = 0; i < kDataTypeCount; ++i) {
    for (const Trust trust : {Trust::trusted, Trust::unknown, Trust::untrusted}) {
      EXPECT_NE(judged(rules, static_cast<DataType>(i), trust, true).rule, "");
    }
  }
}

TEST(DefaultRules, ADoubtfulFindingIsANoticeUnlessItIsContactsOrGoesToAnUntrustedServer) {
  const RuleSet rules(default_config());
  EXPECT_EQ(judged(rules, DataType::imei, Trust::unknown, true, 0.3).kind, VerdictKind::notice);
  EXPECT_EQ(judged(rules, DataType::coordinates, Trust::unknown, true, 0.3).kind,
            VerdictKind::notice);
  EXPECT_EQ(judged(rules, DataType::contact_list, Trust::unknown, true, 0.3).kind,
            VerdictKind::alert);
  EXPECT_EQ(judged(rules, DataType::imei, Trust::untrusted, true, 0.3).kind, VerdictKind::alert);
}

TEST(CleartextStrict, AlertsOnClearTextToTrustedServersToo) {
  Config config = default_config();
  apply_policy_pack(config, "cleartext-strict");
  const RuleSet rules(config);
  EXPECT_EQ(judged(rules, DataType::contact_list, Trust::trusted, true).severity, 1);
  EXPECT_EQ(judged(rules, DataType::imei, Trust::trusted, true).kind, VerdictKind::alert);
  EXPECT_EQ(judged(rules, DataType::imei, Trust::trusted, false).kind, VerdictKind::allow);
}

TEST(DataResidencyEu, AlertsOnWhatLeavesTheEeaOrCannotBePlaced) {
  Config config = default_config();
  apply_policy_pack(config, "data-residency-eu");
  const RuleSet rules(config);
  const auto rule_for = [&](const char* country, Trust trust) {
    return judged(rules, DataType::coordinates, trust, false, 0.9, country).rule;
  };
  const std::string outside = "contacts or location leave the European Economic Area";
  EXPECT_EQ(rule_for("US", Trust::unknown), outside);
  EXPECT_EQ(rule_for("", Trust::unknown), outside);
  EXPECT_NE(rule_for("NO", Trust::unknown), outside);
  EXPECT_NE(rule_for("US", Trust::trusted), outside);
}

TEST(In69a2020, MakesEveryListedDomainUntrusted) {
  Config config = default_config();
  apply_policy_pack(config, "in-69a-2020");
  const TrustPolicy trust(config);
  size_t domains = 0;
  for (const BorrowedTrust& borrowed : config.trust.borrowed) {
    for (const std::string& domain : borrowed.lists.domains) {
      Destination destination;
      destination.hostname = "x." + domain;
      EXPECT_EQ(trust.judge(destination).trust, Trust::untrusted) << domain;
      ++domains;
    }
  }
  EXPECT_GT(domains, 150U);
}

}  // namespace
}  // namespace telltale
