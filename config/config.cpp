#include "config/config.h"

#include <algorithm>
#include <initializer_list>

#include "config/catalogue.h"
#include "config/pack.h"
#include "config/sections.h"
#include "config/shipped.h"
#include "config/yaml.h"

namespace telltale {
namespace {

// RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 (link-local), RFC 4193 (unique local),
// loopback.
constexpr const char* kHomeNetworks[] = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                         "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
                                         "fc00::/7",      "fe80::/10",      "::1/128"};

// A policy has a `pack` or `apps`, or nothing but trust and rules.
bool is_policy(const YamlNode& root) {
  const auto named = [](std::initializer_list<std::string_view> names) {
    return [names](const auto& member) {
      return std::find(names.begin(), names.end(), member.first.text) != names.end();
    };
  };
  const auto& members = root.members;
  return std::any_of(members.begin(), members.end(), named({"pack", "apps"})) ||
         (!members.empty() && std::all_of(members.begin(), members.end(), named({"trust", "rules"})));
}

}  // namespace

std::string_view name_of(RuleSubject subject) {
  switch (subject) {
    case RuleSubject::contact:
      return "contact";
    case RuleSubject::anomaly:
      return "anomaly";
    case RuleSubject::finding:
      break;
  }
  return "finding";
}

std::optional<std::string_view> shipped_text(std::string_view name) {
  for (const EmbeddedFile& file : shipped_policies()) {
    if (file.name == name) return file.text;
  }
  return std::nullopt;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

Config default_config() {
  Config config;
  for (const char* network : kHomeNetworks) {
    config.sensor.home_networks.push_back(*Cidr::parse(network));
  }
  const YamlDocument rules(shipped_text("rules/default.yaml").value(), "default rules");
  for (const auto& [key, value] : rules.root().members) {
    if (key.text == "rules") config.rules = read_rules(value, "default rules");
  }
  config.catalog = shipped_catalogue();
  for (const std::string& name : shipped_packs()) {
    merge_catalog(own_apps(load_pack(name, PackDepth::own_entries)), config.catalog);
  }
  return config;
}

bool is_configuration(const std::string& path) {
  return !is_policy(YamlDocument(read_config_file(path), path).root());
}

std::vector<std::string> check_config(const std::string& path) {
  std::vector<std::string> problems;
  try {
    const std::string text = read_config_file(path);
    if (is_policy(YamlDocument(text, path).root())) return check_pack(text, path);
    Config config = default_config();
    const YamlDocument document(text, path, &problems);
    read_config(document.root(), folder_of(path), config);
  } catch (const ConfigError& problem) {
    problems.emplace_back(problem.what());
  }
  return problems;
}

Config load_config(const std::string& path) {
  Config config = default_config();
  const YamlDocument document(read_config_file(path), path);
  read_config(document.root(), folder_of(path), config);
  return config;
}

Config parse_config(std::string_view text, const std::string& name) {
  Config config = default_config();
  const YamlDocument document(text, name);
  read_config(document.root(), {}, config);
  return config;
}

void apply_policy_pack(Config& config, const std::string& name_or_path) {
  Pack pack = load_pack(name_or_path, PackDepth::with_listed_packs);
  if (pack.shipped) {
    const std::string origin = "packs." + pack.name;
    if (pack.trust.fallback) config.trust.fallback = *pack.trust.fallback;
    pack.trust.borrowed.push_back({origin, Trust::trusted, std::move(pack.trust.trusted)});
    pack.trust.borrowed.push_back({origin, Trust::untrusted, std::move(pack.trust.untrusted)});
    merge_borrowed(std::move(pack.trust.borrowed), config.trust);
  } else {
    merge_own(std::move(pack.trust), config);
    merge_catalog(own_apps(pack), config.catalog);
  }
  config.rules.insert(config.rules.begin(), std::make_move_iterator(pack.rules.begin()),
                      std::make_move_iterator(pack.rules.end()));
}

}  // namespace telltale
