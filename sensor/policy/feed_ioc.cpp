// Echap's stalkerware indicators, ioc.yaml and watchware.yaml: a list of programs, each with
// c2: {domains: [], ips: []}. Their web sites are left out: reading one is no infection.
#include "config/yaml.h"
#include "sensor/policy/feed_format.h"

namespace telltale {
namespace {

constexpr size_t kEveryLine = static_cast<size_t>(-1);

size_t fits_stalkerware(std::string_view sample) {
  const bool list =
      sample.starts_with("- name:") || sample.find("\n- name:") != std::string_view::npos;
  const bool known = sample.find("\n  c2:") != std::string_view::npos ||
                     sample.find("\n  websites:") != std::string_view::npos ||
                     sample.find("\n  packages:") != std::string_view::npos;
  return list && known ? kEveryLine : 0;
}

const YamlNode* member(const YamlNode& node, std::string_view name) {
  for (const auto& [key, value] : node.members) {
    if (key.text == name) return &value;
  }
  return nullptr;
}

void read_servers(const YamlNode& servers, std::string_view program, FeedBuilder& feed) {
  for (const char* key : {"domains", "ips", "ip"}) {
    const YamlNode* values = member(servers, key);
    if (values == nullptr) continue;
    for (const YamlNode& value : values->items) {
      const auto line = static_cast<size_t>(value.line());
      if (value.kind == YamlNode::Kind::scalar)
        feed.add(value.text, line, program);
      else
        feed.skip(FeedSkip::garbage, line, value.described());
    }
  }
}

void read_stalkerware(FeedLines& input, FeedBuilder& feed) {
  try {
    const YamlDocument document(input.whole(), input.name());
    for (const YamlNode& program : document.root().items) {
      const YamlNode* name = member(program, "name");
      const YamlNode* servers = member(program, "c2");
      if (servers != nullptr)
        read_servers(*servers, name == nullptr ? std::string_view{} : name->text, feed);
    }
  } catch (const ConfigError& error) {
    throw FeedError(error.what());
  }
}

}  // namespace

const FeedFormat k_stalkerware_format = {"stalkerware", fits_stalkerware, read_stalkerware};

}  // namespace telltale
