// telltale policy check|show|test: validates a policy, prints the merged one, asks what would
// become of data.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/pack.h"
#include "config/policy_text.h"
#include "geoip/geo_lookup.h"
#include "sensor/cli/command.h"
#include "sensor/cli/explain_text.h"
#include "sensor/cli/policy_options.h"
#include "sensor/cli/policy_test_file.h"
#include "sensor/cli/terminal.h"
#include "sensor/policy/policy_check.h"

namespace telltale {
namespace {

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

// check: every problem of the files themselves, then what they mean together.

int check(const PolicyOptions& options, const std::vector<std::string>& names) {
  PolicyOptions all = options;
  std::vector<std::string> problems;
  for (const std::string& name : names) {
    if (!names_a_file(name)) {
      all.policies.push_back(name);
      continue;
    }
    for (std::string& problem : check_config(name)) problems.push_back(std::move(problem));
    if (all.config.empty() && is_configuration(name))
      all.config = name;
    else
      all.policies.push_back(name);
  }
  if (!options.config.empty()) problems = check_config(options.config);
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty()) return kExitUsage;
  const Config config = load_policy(all);
  const JudgingPolicy policy(config);
  for (const std::string& line : policy.feeds.problems()) print("warning: " + line + "\n");
  for (const std::string& line : policy_warnings(config)) print("warning: " + line + "\n");
  print(policy_summary(policy.view()) + "\n");
  return kExitDone;
}

int show(const PolicyOptions& options) {
  print(policy_yaml(load_policy(options)));
  return kExitDone;
}

// test: unit tests of files, or one question.

struct TestOptions {
  PolicyOptions policy;
  std::vector<std::string> what;
  std::string ip;
  std::string country;
  std::string device;
  std::string group;
  uint32_t asn = 0;
  double confidence = 1;
  bool encrypted = false;
  bool json = false;
};

int run_files(const TestOptions& options) {
  size_t failed = 0;
  for (const std::string& path : options.what) {
    const PolicyTestResult result = run_policy_tests(path, options.policy);
    failed += result.failed;
    print(result.failures);
    print(fmt::format("{}: {} passed, {} failed\n", path, result.passed, result.failed));
  }
  return failed == 0 ? kExitDone : kExitFailOn;
}

PolicyQuestion question_of(const TestOptions& options, const Config& config) {
  PolicyQuestion question;
  set_destination(question, options.what[0]);
  if (!options.ip.empty()) {
    const auto address = IpAddress::parse(options.ip);
    if (!address) throw UsageError("telltale: --ip " + options.ip + ": no address");
    question.destination.ip = *address;
  }
  if (!question.destination.ip.is_unspecified() && !config.geoip.databases.empty()) {
    const GeoRecord geo =
        GeoDatabases::open(config.geoip.databases).lookup(question.destination.ip);
    question.destination.country = geo.country;
    question.destination.asn = geo.asn;
    question.destination.as_org = geo.as_org;
  }
  if (!options.country.empty()) question.destination.country = options.country;
  if (options.asn != 0) question.destination.asn = options.asn;
  question.device.name = options.device;
  question.device.id = options.device.empty() ? "a device" : options.device;
  question.device.group = options.group;
  question.finding.emplace();
  question.finding->cleartext = !options.encrypted;
  question.finding->confidence = options.confidence;
  return question;
}

int ask(const TestOptions& options) {
  const Config config = load_policy(options.policy);
  const JudgingPolicy policy(config);
  for (size_t i = 1; i < options.what.size(); ++i) {
    PolicyQuestion question = question_of(options, config);
    if (!set_data(question, options.what[i])) {
      throw UsageError("telltale: " + printable(options.what[i]) +
                       " is no data; expected a type such as imei or contact_list, contact, or "
                       "anomaly:dns_tunnel");
    }
    const Explanation explanation = explain(question.occasion(), policy.view());
    print(options.json ? to_json(explanation) + "\n" : explanation_text(explanation));
    if (i + 1 < options.what.size() && !options.json) print("\n");
  }
  return kExitDone;
}

int test(const TestOptions& options) {
  size_t files = 0;
  for (const std::string& word : options.what) files += names_a_file(word) ? 1 : 0;
  if (files == options.what.size()) return run_files(options);
  if (files > 0 || options.what.size() < 2) {
    throw UsageError(
        "telltale: policy test takes a destination and data (api.example.com imei), or files of "
        "tests (tests.yaml)");
  }
  return ask(options);
}

void register_check(CLI::App& policy, std::function<int()>& chosen) {
  CLI::App* command =
      policy.add_subcommand("check", "Validate a configuration, policies and their feeds");
  auto options = std::make_shared<PolicyOptions>();
  auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *names, "configurations, policy files or packs");
  add_policy_options(*command, *options);
  command->callback(
      [options, names, &chosen] { chosen = [=] { return check(*options, *names); }; });
}

void register_show(CLI::App& policy, std::function<int()>& chosen) {
  CLI::App* command = policy.add_subcommand("show", "Print the merged policy as YAML");
  auto options = std::make_shared<PolicyOptions>();
  add_policy_options(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
}

void register_test(CLI::App& policy, std::function<int()>& chosen) {
  CLI::App* command = policy.add_subcommand(
      "test", "Ask what DEST + DATA would get, or run the policy unit tests of FILEs");
  auto options = std::make_shared<TestOptions>();
  command
      ->add_option("WHAT", options->what,
                   "a host or address and data types (imei, contact, anomaly:dns_tunnel); or YAML "
                   "files of tests")
      ->required();
  add_policy_options(*command, options->policy);
  command->add_option("--ip", options->ip, "the address DEST stands for");
  command->add_option("--country", options->country, "where the address is (ISO 3166)");
  command->add_option("--asn", options->asn, "the AS number of its network");
  command->add_option("--device", options->device, "the device's name");
  command->add_option("--group", options->group, "the device's group");
  command->add_option("--confidence", options->confidence, "of the finding, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--encrypted", options->encrypted, "sent encrypted rather than in clear");
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options, &chosen] { chosen = [options] { return test(*options); }; });
}

}  // namespace

void register_policy(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("policy", "Validate, print and try a policy");
  command->require_subcommand(1);
  register_check(*command, chosen);
  register_show(*command, chosen);
  register_test(*command, chosen);
}

}  // namespace telltale
