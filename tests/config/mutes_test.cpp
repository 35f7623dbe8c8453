#include "config/mutes.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "config/policy_text.h"

namespace telltale {
namespace {

MuteConfig read(const std::string& text) {
  const YamlDocument document(text, "m.yaml");
  return read_mute(document.root());
}

TEST(Mutes, AreWrittenAsTheyAreRead) {
  const char* texts[] = {
      "{device: [Lab phone], type: [android_id], domain: [example.com], until: 2027-01-31, reason: "
      "agreed}",
      "{group: [phones], class: [location], address: [\"198.51.100.0/24\"], until: "
      "\"2027-01-31T18:00:00Z\"}",
      "{anomaly: [beacon], app: [\"A, B\"], rule: [\"a: b\"], name: quiet}",
      "{device: [\"02:00:00:00:00:07\"], domain: [xn--bcher-kva.example], reason: \"say "
      "\\\"yes\\\"\"}",
  };
  for (const char* text : texts) EXPECT_EQ(to_yaml(read(text)), text);
}

TEST(Mutes, ADateLastsUntilItsEnd) {
  const MuteConfig mute = read("{device: [a], until: 2026-12-31}");
  EXPECT_EQ(*mute.until, Timestamp(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1)));
}

TEST(Mutes, AFileIsWrittenWholeAndReadBack) {
  const std::string path = testing::TempDir() + "telltale_mutes.yaml";
  std::filesystem::remove(path);
  EXPECT_TRUE(load_mutes(path).empty()) << "no file yet";
  save_mutes(path, {read("{device: [a], type: [imei]}"), read("{domain: [example.com]}")});
  const auto mutes = load_mutes(path);
  ASSERT_EQ(mutes.size(), 2U);
  EXPECT_EQ(to_yaml(mutes[1]), "{domain: [example.com]}");
  save_mutes(path, {});
  EXPECT_TRUE(load_mutes(path).empty());
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  std::filesystem::remove(path);
  EXPECT_THROW(save_mutes("/nowhere/m.yaml", {}), ConfigError);
}

TEST(Mutes, StandInTheConfigurationToo) {
  const Config config = parse_config("mutes: [{device: [a]}]\nmutes_file: m.yaml\n", "c");
  ASSERT_EQ(config.mutes.entries.size(), 1U);
  EXPECT_EQ(config.mutes.entries[0].name, "{device: [a]}");
  EXPECT_EQ(config.mutes.file, "m.yaml");
}

TEST(PolicyText, TheMergedPolicyReadsBackAsTheSame) {
  const Config first = parse_config(R"(
trust:
  default: untrusted
  trusted: {domains: [example.com], cidrs: [192.0.2.0/24, "2001:db8::/32"], asns: [1, 2],
            operators: ["Evil, Corp: #1"], countries: ["NO"], operator_countries: [DE]}
rules:
  - {name: "night: \"quiet\"", when: {class: [location], trust: [unknown], time: ["22:00-06:00"],
     days: [sat, sun], min_bytes: 1KiB, country_not: ["NO", DE], list: [packs.x], operator: [Acme],
     address: [192.0.2.0/24], cleartext: false}, then: {verdict: alert, severity: 2, window: 1h}}
  - {name: contact, when: {contact: true}, then: {verdict: notice}}
  - {name: odd, when: {anomaly: [any]}, then: {verdict: alert, severity: 3, window: 0}}
  - {name: odder, when: {anomaly: [beacon, dns_tunnel]}, then: {verdict: allow}}
mutes: [{device: [a]}]
)",
                                    "first");
  const std::string text = policy_yaml(first);
  const std::string again = policy_yaml(parse_config(text, "first"));
  EXPECT_EQ(again, text);
  for (const char* part : {"name: \"night: \\\"quiet\\\"\"", "days: [sat, sun]", "window: 1h",
                           "window: 0", "anomaly: [any]", "- \"NO\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST(CheckConfig, EveryProblemIsALine) {
  const std::string path = testing::TempDir() + "telltale_check.yaml";
  std::ofstream(path)
      << "sensr: {}\ntrust: {default: maybe, trusted: {asns: [x, 1, y], colour: red}}\n"
         "rules: [{name: a}, {name: b, when: {typ: [imei]}, then: {verdict: alert}}]\n";
  const std::vector<std::string> expected = {
      path + ":2:18: expected one of trusted, unknown, untrusted, not 'maybe'",
      path + ":2:42: expected an AS number such as 15169, not 'x'",
      path + ":2:48: expected an AS number such as 15169, not 'y'",
      path + ":2:52: unknown key 'colour' in trust.trusted; valid keys: domains, cidrs, asns, operators, "
             "countries, operator_countries",
      path + ":3:9: a rule needs the key 'then', for example then: {verdict: alert, severity: 1}",
      path + ":3:37: unknown key 'typ' in when; did you mean 'type'?",
      path + ":1:1: unknown key 'sensr' in the configuration; did you mean 'sensor'?"};
  EXPECT_EQ(check_config(path), expected);
  std::filesystem::remove(path);
}

TEST(CheckConfig, APolicyIsCheckedAsOne) {
  const std::string path = testing::TempDir() + "telltale_check_pack.yaml";
  std::ofstream(path) << "pack: {name: mine, colour: red}\napps: [{name: Nobody}]\nsensor: {}\n";
  EXPECT_EQ(check_config(path).size(), 3U);
  std::filesystem::remove(path);
  EXPECT_EQ(check_config("/nowhere/c.yaml").size(), 1U);
}

}  // namespace
}  // namespace telltale
