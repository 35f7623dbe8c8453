// A YAML document as a tree of nodes that know their place: the only user of yaml-cpp is yaml.cpp.
//
// Built from yaml-cpp's parse events rather than its node graph, because that keeps places, order
// and duplicate keys, and because a hostile file is refused while it is read: aliases (a few lines
// of which can stand for gigabytes) and deep nesting never make a tree.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"

namespace telltale {

// What a document's nodes know of where they stand.
struct YamlSource {
  std::string name;
  // Where problems go while a file is checked as a whole; null while the first one ends reading.
  std::vector<std::string>* problems = nullptr;
};

class YamlNode {
 public:
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;             // of a scalar
  std::vector<YamlNode> items;  // of a list
  std::vector<std::pair<YamlNode, YamlNode>>
      members;  // of a map: keys (scalars, each once) and values

  // Throws ConfigError "FILE:LINE:COL: message", the place being where this node begins.
  [[noreturn]] void fail(std::string_view message) const;
  // "a list", "the text 'x'": for messages. Text is cut short and made printable.
  std::string described() const;
  const std::string& file() const { return source_->name; }
  int line() const { return line_; }
  // Keeps the problem and returns true where the document gathers them, so that reading goes on behind it.
  bool gathers(const ConfigError& problem) const;

 private:
  friend class YamlDocument;
  friend class YamlTreeBuilder;
  const YamlSource* source_ = nullptr;
  int line_ = 1;
  int column_ = 1;
};

// Owns its tree. An empty document is a null node.
class YamlDocument {
 public:
  static constexpr size_t kMaxBytes = 16U << 20;
  static constexpr size_t kMaxNesting = 32;
  static constexpr size_t kMaxNodes = 4'000'000;

  static constexpr size_t kMaxProblems = 100;

  // `name` stands for the file in errors. Throws ConfigError; what readers of the tree find wrong goes to
  // `problems` where that is given.
  YamlDocument(std::string_view text, const std::string& name,
               std::vector<std::string>* problems = nullptr);
  YamlDocument(const YamlDocument&) = delete;

  const YamlNode& root() const { return root_; }

 private:
  YamlSource source_;
  YamlNode root_;
};

// The whole of a regular file of at most YamlDocument::kMaxBytes. Throws ConfigError with FILE:1:1.
std::string read_config_file(const std::string& path);

// 'text' in quotes on one line, cut after 40 characters, control characters replaced.
std::string in_quotes(std::string_view text);

}  // namespace telltale
