// How a section of the configuration is read: one idea, used for every map in every file.
//
//   Section section(node, "rule");
//   section.read("name", rule.name, values::text);
//   section.read_list("class", rule.when.classes, values::data_class);
//   section.done();                       // any key nobody asked for is an error, with the nearest
//   valid one
//
// A value parser is a function from a node to a value that calls node.fail() when it is wrong;
// those shared by several sections are in config/values.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"

namespace telltale {

class Section {
 public:
  // `what` names the section in messages. A null node is an empty section; other kinds are an
  // error.
  Section(const YamlNode& node, std::string_view what);

  // The value of `key`, null where it is absent or empty. Makes `key` a valid one.
  const YamlNode* find(std::string_view key);

  template <typename T, typename Parse>
  bool read(std::string_view key, T& out, Parse parse) {
    const YamlNode* value = find(key);
    if (value == nullptr) return false;
    guard(*value, [&] { out = parse(*value); });
    return true;
  }

  // Replaces `out`; the value must be a list.
  template <typename T, typename Parse>
  void read_list(std::string_view key, std::vector<T>& out, Parse parse) {
    const YamlNode* value = find(key);
    if (value == nullptr) return;
    out.clear();
    guard(*value, [&] {
      if (value->kind != YamlNode::Kind::list) fail_not_list(key, *value);
      out.reserve(value->items.size());
      for (const YamlNode& item : value->items) {
        guard(item, [&] { out.push_back(parse(item)); });
      }
    });
  }

  // Runs `read`; where problems are gathered, one in it does not end reading.
  template <typename Read>
  static void guard(const YamlNode& node, Read read) {
    try {
      read();
    } catch (const ConfigError& problem) {
      if (!node.gathers(problem)) throw;
    }
  }

  // Throws ConfigError for the first key that nobody asked for.
  void done() const;
  // Throws ConfigError: `key` has to be there. Call after done(), as a misspelt key is the better
  // message.
  [[noreturn]] void missing(std::string_view key, std::string_view example) const;
  const YamlNode& node() const { return node_; }

 private:
  [[noreturn]] void fail_unknown(const YamlNode& key) const;
  [[noreturn]] static void fail_not_list(std::string_view key, const YamlNode& value);

  const YamlNode& node_;
  std::string_view what_;
  std::vector<std::string_view> known_;
};

// The candidate that `word` was most likely meant to be; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace telltale
