#include "sensor/cli/policy_test_file.h"

#include <fmt/format.h>

#include "config/pack.h"
#include "config/section.h"
#include "config/shipped.h"
#include "config/values.h"
#include "sensor/base/encoding.h"
#include "sensor/base/idna.h"

namespace telltale {
namespace {

constexpr std::string_view kAnomaly = "anomaly:";

struct Given {
  PolicyQuestion question;
  std::vector<std::string> data;
};

struct Expected {
  std::optional<VerdictKind> verdict;
  std::optional<int> severity;
  std::optional<Trust> trust;
  std::optional<std::string> rule;
  std::optional<std::string> list;
  std::optional<bool> muted;
};

struct TestCase {
  std::string place;  // FILE:LINE
  std::string name;
  Given given;
  Expected expected;
};

// A text, or a list of texts.
std::vector<std::string> texts(const YamlNode& node) {
  std::vector<std::string> all;
  if (node.kind != YamlNode::Kind::list) return {values::non_empty_text(node)};
  for (const YamlNode& item : node.items) all.push_back(values::non_empty_text(item));
  return all;
}

std::vector<std::string> data(const YamlNode& node) {
  std::vector<std::string> all = texts(node);
  for (const std::string& name : all) {
    PolicyQuestion unused;
    if (!set_data(unused, name)) {
      node.fail(
          fmt::format("{} is no data; expected a type such as imei, contact, or anomaly:dns_tunnel",
                      in_quotes(name)));
    }
  }
  return all;
}

template <typename T, typename Parse>
auto optionally(Parse parse) {
  return [parse](const YamlNode& node) { return std::optional<T>(parse(node)); };
}

Given read_given(const YamlNode& node) {
  Section section(node, "given");
  Given given;
  PolicyQuestion& question = given.question;
  Finding finding;
  finding.confidence = 1;
  std::string destination;
  section.read("destination", destination, values::non_empty_text);
  set_destination(question, destination);
  std::optional<Cidr> address;
  section.read("ip", address, optionally<Cidr>(values::address));
  if (address) question.destination.ip = address->network();
  section.read("dns_name", question.destination.dns_name, values::domain);
  question.destination.hostname_unverified = !question.destination.dns_name.empty();
  section.read("country", question.destination.country, values::country);
  section.read("asn", question.destination.asn, values::asn);
  section.read("operator", question.destination.operator_name, values::non_empty_text);
  section.read("operator_country", question.destination.operator_country, values::country);
  section.read("app", question.destination.app, values::non_empty_text);
  section.read("device", question.device.name, values::non_empty_text);
  section.read("group", question.device.group, values::non_empty_text);
  section.read("data", given.data, data);
  section.read("cleartext", finding.cleartext, values::flag);
  section.read("confidence", finding.confidence, values::fraction);
  section.read("bytes", question.bytes_out, values::size);
  section.read("time", question.ts, values::instant);
  section.done();
  if (destination.empty() && !address) section.missing("destination", "api.example.com");
  if (given.data.empty()) section.missing("data", "imei");
  question.finding = finding;
  question.score = finding.confidence;
  question.device.id = question.device.name.empty() ? "192.168.0.2" : question.device.name;
  return given;
}

Expected read_expected(const YamlNode& node) {
  static const auto kVerdict = values::one_of<VerdictKind>({{"alert", VerdictKind::alert},
                                                            {"notice", VerdictKind::notice},
                                                            {"allow", VerdictKind::allow}});
  Section section(node, "expect");
  Expected expected;
  section.read("verdict", expected.verdict, optionally<VerdictKind>(kVerdict));
  section.read("severity", expected.severity, optionally<int>(values::number<int>(1, 3)));
  section.read("trust", expected.trust, optionally<Trust>(values::trust));
  section.read("rule", expected.rule, optionally<std::string>(values::text));
  section.read("list", expected.list, optionally<std::string>(values::non_empty_text));
  section.read("muted", expected.muted, optionally<bool>(values::flag));
  section.done();
  if (node.members.empty()) section.missing("verdict", "alert");
  return expected;
}

TestCase read_case(const YamlNode& node) {
  Section section(node, "a test");
  TestCase test;
  test.place = fmt::format("{}:{}", node.file(), node.line());
  const YamlNode* given = section.find("given");
  const YamlNode* expected = section.find("expect");
  section.read("name", test.name, values::text);
  section.done();
  if (given == nullptr) section.missing("given", "{destination: api.example.com, data: imei}");
  if (expected == nullptr) section.missing("expect", "{verdict: alert}");
  test.given = read_given(*given);
  test.expected = read_expected(*expected);
  return test;
}

// "  severity: expected 1, got 2" for each difference.
std::string differences(const Expected& expected, const Explanation& got) {
  std::string text;
  const auto differs = [&](std::string_view what, std::string_view wanted, std::string_view is) {
    if (wanted != is) text += fmt::format("    {:9} expected {}, got {}\n", what, wanted, is);
  };
  const auto or_none = [](const std::string& name) {
    return name.empty() ? std::string("none") : name;
  };
  const Verdict& verdict = got.verdict;
  if (expected.verdict) differs("verdict:", name_of(*expected.verdict), name_of(verdict.kind));
  if (expected.severity) {
    differs("severity:", std::to_string(*expected.severity),
            verdict.kind == VerdictKind::alert ? std::to_string(verdict.severity) : "none");
  }
  if (expected.trust) differs("trust:", name_of(*expected.trust), name_of(got.destination.trust));
  if (expected.rule) differs("rule:", or_none(*expected.rule), or_none(verdict.rule));
  if (expected.list && got.destination.trust_reason.find(*expected.list) == std::string::npos) {
    differs("list:", *expected.list, got.destination.trust_reason);
  }
  if (expected.muted) {
    differs("muted:", *expected.muted ? "yes" : "no", verdict.muted_by.empty() ? "no" : "yes");
  }
  return text;
}

void run_case(const TestCase& test, const PolicyView& policy, PolicyTestResult& result) {
  for (const std::string& name : test.given.data) {
    PolicyQuestion question = test.given.question;
    set_data(question, name);
    const Explanation got = judge_only(question.occasion(), policy);
    const std::string wrong = differences(test.expected, got);
    if (wrong.empty()) {
      ++result.passed;
      continue;
    }
    ++result.failed;
    result.failures += fmt::format("{}: {} ({})\n{}    because {}; trust: {}\n", test.place,
                                   test.name.empty() ? "a test without a name" : test.name, name,
                                   wrong, got.verdict.reason, got.destination.trust_reason);
  }
}

}  // namespace

bool set_data(PolicyQuestion& question, std::string_view data) {
  const auto type = parse_data_type(data);
  if (type) {
    if (!question.finding) question.finding.emplace();
    question.finding->type = *type;
    return true;
  }
  if (data != "contact" && !data.starts_with(kAnomaly)) return false;
  question.finding.reset();
  question.anomaly = data == "contact" ? std::string() : std::string(data.substr(kAnomaly.size()));
  return data == "contact" || !question.anomaly.empty();
}

void set_destination(PolicyQuestion& question, std::string_view destination) {
  if (const auto address = IpAddress::parse(destination)) {
    question.destination.ip = *address;
    return;
  }
  question.destination.hostname = to_ascii_domain(destination);
  if (question.destination.hostname.ends_with('.')) question.destination.hostname.pop_back();
  question.destination.hostname_source = HostnameSource::dns;
}

PolicyTestResult run_policy_tests(const std::string& path, const PolicyOptions& options) {
  const YamlDocument document(read_config_file(path), path);
  Section section(document.root(), "a file of policy tests");
  PolicyOptions chosen = options;
  std::vector<TestCase> tests;
  std::string config;
  std::vector<std::string> policies;
  const std::string folder = folder_of(path);
  const auto beside = [&](const std::string& name) {
    return name.starts_with('/') ? name : folder + name;
  };
  section.read("config", config, values::non_empty_text);
  section.read("policy", policies, texts);
  section.read_list("tests", tests, read_case);
  section.done();
  if (tests.empty()) section.missing("tests", "[{given: {...}, expect: {...}}]");
  if (!config.empty() && chosen.config.empty()) chosen.config = beside(config);
  for (const std::string& name : policies) {
    chosen.policies.push_back(names_a_file(name) ? beside(name) : name);
  }
  const Config loaded = load_policy(chosen);
  const JudgingPolicy policy(loaded);
  PolicyTestResult result;
  for (const TestCase& test : tests) run_case(test, policy.view(), result);
  return result;
}

}  // namespace telltale
