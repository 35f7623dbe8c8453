// What a user is told about a wrong configuration, word for word: place, what is wrong, what would
// be right.
#include <string>

#include <gtest/gtest.h>

#include "config/config.h"

namespace telltale {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string error;
};

class ConfigErrors : public testing::TestWithParam<Case> {};

std::string error_of(const std::string& text) {
  try {
    parse_config(text, "c.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST_P(ConfigErrors, AreOneLineWithPlaceAndRemedy) {
  EXPECT_EQ(error_of(GetParam().text), GetParam().error);
}

const Case kCases[] = {
    {"UnknownSection", "sensors:\n  name: x\n",
     "c.yaml:1:1: unknown key 'sensors' in the configuration; did you mean 'sensor'?"},
    {"UnknownKey", "sensor:\n  nmae: x\n",
     "c.yaml:2:3: unknown key 'nmae' in sensor; did you mean 'name'?"},
    {"UnknownKeyUnlikeAny", "web:\n  colour: red\n",
     "c.yaml:2:3: unknown key 'colour' in web; valid keys: enabled, listen, access_file, tls, certificate, key, hosts, max_upload"},
    {"MisspeltNeededKey", "known_values:\n  - {type: imei, vlaue: \"1\"}\n",
     "c.yaml:2:18: unknown key 'vlaue' in a known value; did you mean 'value'?"},
    {"SectionIsAList", "sensor: [a]\n", "c.yaml:1:9: sensor must be a section of keys, not a list"},
    {"RootIsText", "hello\n",
     "c.yaml:1:1: the configuration must be a section of keys, not 'hello'"},
    {"ListIsText", "trust:\n  trusted:\n    domains: example.com\n",
     "c.yaml:3:14: 'domains' must be a list, not 'example.com'; write domains: [...]"},
    {"RulesAreAMap", "rules: {name: x}\n",
     "c.yaml:1:8: 'rules' must be a list, not a section of keys; write each rule as - name: ..."},
    {"TextIsAList", "sensor: {name: [a]}\n", "c.yaml:1:16: expected text, not a list"},
    {"NotAFlag", "capture: {promiscuous: maybe}\n",
     "c.yaml:1:24: expected true or false, not 'maybe'"},
    {"NotANumber", "capture: {snaplen: big}\n",
     "c.yaml:1:20: expected a whole number from 64 to 262144, not 'big'"},
    {"NegativeNumber", "capture: {snaplen: -1}\n",
     "c.yaml:1:20: expected a whole number from 64 to 262144, not '-1'"},
    {"NumberOutOfRange", "inspect: {max_depth: 1000}\n",
     "c.yaml:1:22: expected a whole number from 1 to 32, not '1000'"},
    {"Workers", "sensor: {workers: many}\n",
     "c.yaml:1:19: expected auto or a whole number from 1 to 256, not 'many'"},
    {"Network", "sensor:\n  home_networks: [192.168.0.0/33]\n",
     "c.yaml:2:19: expected a network such as 192.168.0.0/16 or fd00::/8, not '192.168.0.0/33'"},
    {"Size", "inspect: {max_body: 8MO}\n",
     "c.yaml:1:21: expected a size such as 64MiB or 1GiB, not '8MO'"},
    {"SizeOverflow", "inspect: {max_body: 99999999999TiB}\n",
     "c.yaml:1:21: expected a size such as 64MiB or 1GiB, not '99999999999TiB'"},
    {"SizeOutOfRange", "inspect: {max_body: 5GiB}\n",
     "c.yaml:1:21: expected a size from 1024 bytes to 1024MiB, not '5GiB'"},
    {"Duration", "geoip: {max_age: 45 days}\n",
     "c.yaml:1:18: expected a duration such as 30s, 12h or 45d, not '45 days'"},
    {"GeoUpdateWithoutUrl", "geoip: {update: [{file: a.mmdb}]}\n",
     "c.yaml:1:18: a geo update needs the key 'url', for example url: "
     "https://download.db-ip.com/free/dbip-country-lite-{year}-{month}.mmdb.gz"},
    {"GeoUpdateUnencrypted", "geoip: {update: [{url: \"http://example.com/a.mmdb\"}]}\n",
     "c.yaml:1:24: expected a URL that begins with https://, not 'http://example.com/a.mmdb'"},
    {"GeoUpdateKeyInTheFile",
     "geoip: {update: [{url: \"https://example.com/a\", licence_key_env: \"ab cd\"}]}\n",
     "c.yaml:1:66: expected the name of an environment variable such as GEOIP_LICENCE_KEY; the key "
     "itself must not stand in this file"},
    {"GeoUpdateFile", "geoip: {update: [{url: \"https://example.com/a\", file: ../a.mmdb}]}\n",
     "c.yaml:1:55: expected a file name such as country.mmdb, not '../a.mmdb'"},
    {"Country", "trust: {trusted: {countries: [Germany]}}\n",
     "c.yaml:1:31: expected a country as its ISO 3166 code, such as DE or IN, not 'Germany'"},
    {"CountryUk", "trust: {trusted: {countries: [UK]}}\n",
     "c.yaml:1:31: expected a country as its ISO 3166 code, such as DE or IN, not 'UK'; the United "
     "Kingdom is GB"},
    {"Asn", "trust: {trusted: {asns: [Google]}}\n",
     "c.yaml:1:26: expected an AS number such as 15169, not 'Google'"},
    {"Domain", "trust: {trusted: {domains: [\"http://example.com/\"]}}\n",
     "c.yaml:1:29: expected a domain such as example.com (it covers its subdomains), not "
     "'http://example.com/'"},
    {"Choice", "trust: {default: untrustd}\n",
     "c.yaml:1:18: 'untrustd' is not valid here; did you mean 'untrusted'?"},
    {"ChoiceUnlikeAny", "privacy: {samples: 12345678}\n",
     "c.yaml:1:20: expected one of masked, fingerprint, clear, not '12345678'"},
    {"DataType", "rules: [{name: a, when: {type: [imai]}, then: {verdict: alert}}]\n",
     "c.yaml:1:33: 'imai' is not valid here; did you mean 'imei'?"},
    {"UnknownCondition", "rules: [{name: a, when: {hour: [3]}, then: {verdict: alert}}]\n",
     "c.yaml:1:26: unknown key 'hour' in when; valid keys: contact, anomaly, class, type, trust, "
     "cleartext, country, country_not, operator, operator_country, list, asn, app, device, group, "
     "domain, address, time, days, min_confidence, min_bytes"},
    {"TimeOfDay", "rules: [{name: a, when: {time: [\"22-6\"]}, then: {verdict: alert}}]\n",
     "c.yaml:1:33: expected a time of day such as \"22:00-06:00\", not '22-6'"},
    {"Weekday", "rules: [{name: a, when: {days: [sunday]}, then: {verdict: alert}}]\n",
     "c.yaml:1:33: expected one of mon, tue, wed, thu, fri, sat, sun, not 'sunday'"},
    {"TimeZone", "sensor: {timezone: Mars/Olympus}\n",
     "c.yaml:1:20: expected a time zone of the system's database, such as Europe/Berlin, "
     "Asia/Kolkata or UTC, not 'Mars/Olympus'"},
    {"DataOfAContact",
     "rules: [{name: a, when: {contact: true, type: [imei]}, then: {verdict: alert}}]\n",
     "c.yaml:1:25: a contact has no class, type or cleartext; leave those out, or contact out"},
    {"ContactAndAnomaly",
     "rules: [{name: a, when: {contact: true, anomaly: [any]}, then: {verdict: alert}}]\n",
     "c.yaml:1:50: a rule speaks of a contact or of an anomaly, not of both; write two rules"},
    {"MuteOfEverything", "mutes: [{reason: quiet}]\n",
     "c.yaml:1:9: this would mute everything; say for which device, data or destination, for "
     "example {device: [Lab phone], type: [android_id], domain: [example.com]}"},
    {"MuteUntil", "mutes: [{device: [a], until: tomorrow}]\n",
     "c.yaml:1:30: expected a date such as 2026-12-31, or a UTC time such as 2026-12-31T18:00:00Z, "
     "not 'tomorrow'"},
    {"FeedTrust", "feeds: [{path: a.txt, trust: unknown}]\n",
     "c.yaml:1:30: expected one of trusted, untrusted, not 'unknown'"},
    {"Severity", "rules: [{name: a, then: {verdict: alert, severity: 4}}]\n",
     "c.yaml:1:52: expected a whole number from 1 to 3, not '4'"},
    {"Confidence", "rules: [{name: a, when: {min_confidence: nan}, then: {verdict: alert}}]\n",
     "c.yaml:1:42: expected a number from 0 to 1, such as 0.8, not 'nan'"},
    {"RuleWithoutName", "rules:\n  - then: {verdict: alert}\n",
     "c.yaml:2:5: a rule needs the key 'name', for example name: contacts to a server nobody "
     "vouched "
     "for"},
    {"RuleWithoutOutcome", "rules:\n  - name: a\n",
     "c.yaml:2:5: a rule needs the key 'then', for example then: {verdict: alert, severity: 1}"},
    {"RuleTwice",
     "rules:\n  - {name: a, then: {verdict: alert}}\n  - {name: a, then: {verdict: allow}}\n",
     "c.yaml:3:5: a rule named 'a' stands above; give each its own name"},
    {"Pack", "trust: {untrusted: {packs: [in-69a]}}\n",
     "c.yaml:1:29: no pack is named 'in-69a'; shipped packs: cleartext-strict, data-residency-eu, "
     "in-69a-2020, stalkerware, trackers; a file is named by a path with '/' or ending in .yaml"},
    {"PackMisspelt", "trust: {untrusted: {packs: [trakers]}}\n",
     "c.yaml:1:29: no pack is named 'trakers'; did you mean 'trackers'?"},
    {"Mac", "devices: [{mac: \"02:00\", name: x}]\n",
     "c.yaml:1:17: expected a MAC address such as \"02:00:00:00:00:07\", not '02:00'"},
    {"DeviceWithoutAddress", "devices: [{name: x}]\n",
     "c.yaml:1:11: a device needs the key 'mac', for example mac: \"02:00:00:00:00:07\""},
    {"EveWithoutPath", "outputs: [{type: eve}]\n",
     "c.yaml:1:11: an output needs the key 'path', for example path: /var/log/telltale/eve.json"},
    {"OutputTwice", "outputs:\n  - {type: mqtt}\n  - {type: mqtt, events: [flow]}\n",
     "c.yaml:3:5: an output above tells the same place as this mqtt; name all events in one"},
    {"Listen", "web: {listen: 8480}\n",
     "c.yaml:1:15: expected an address and a port such as 127.0.0.1:8480 or [::1]:8480, not "
     "'8480'"},
    {"DuplicateKey", "sensor: {name: a}\nsensor: {name: b}\n",
     "c.yaml:2:1: the key 'sensor' stands here a second time; keep one"},
    {"SyntaxIndentation", "sensor:\n  name: a\n bad\n",
     "c.yaml:3:2: not valid YAML here; check the indentation, and that every key is followed by ': "
     "'"},
    {"SyntaxUnclosed", "sensor: {name: a\n",
     "c.yaml:2:1: the file goes on or ends here, but a '{' or '[' above is not closed"},
    {"Alias", "sensor: &a {name: x}\nweb: *a\n",
     "c.yaml:2:6: aliases (*name) are not read; write the value out"},
    {"EscapeOfAControlCharacter", "a: \"\\\x01\"\n",
     "c.yaml:1:7: not valid YAML here (unknown escape character: ?)"},
    {"SecondDocument", "sensor: {name: x}\n---\nweb: {}\n",
     "c.yaml:3:1: a second document ('---') begins here; a file holds one"},
    {"KeyIsAList", "[a]: b\n", "c.yaml:1:1: a key must be plain text"},
    {"LongTextIsCut", "privacy: {samples: " + std::string(500, 'a') + "}\n",
     "c.yaml:1:20: expected one of masked, fingerprint, clear, not '" + std::string(40, 'a') +
         "...'"},
    {"ControlCharacters", "privacy: {samples: \"a\\nb\\e[1m\"}\n",
     "c.yaml:1:20: expected one of masked, fingerprint, clear, not 'a?b?[1m'"},
};

INSTANTIATE_TEST_SUITE_P(Table, ConfigErrors, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ConfigErrorsOfSecrets, AKnownValueIsNeverRepeated) {
  const std::string error =
      error_of("known_values: [{type: imei, value: [\"490154203237518\"]}]\n");
  EXPECT_EQ(error, "c.yaml:1:36: expected one value in quotes");
}

TEST(ConfigErrorsOfHostileFiles, DeepNestingIsRefused) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "- ";
  EXPECT_EQ(error_of(deep), "c.yaml:1:65: nested more than 32 levels deep");
  EXPECT_EQ(error_of("a: " + std::string(100'000, '[')), "c.yaml:1:5: a key must be plain text");
}

TEST(ConfigErrorsOfHostileFiles, ABombOfAliasesIsRefusedAtItsFirstAlias) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    const char before = static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [*" + before + ", *" + before + "]\n";
  }
  EXPECT_EQ(error_of(bomb), "c.yaml:2:8: aliases (*name) are not read; write the value out");
}

}  // namespace
}  // namespace telltale
