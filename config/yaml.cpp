#include "config/yaml.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <unordered_set>

#include <fmt/format.h>
#include <sys/stat.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "sensor/base/encoding.h"
#include "sensor/base/readable.h"

namespace telltale {
namespace {

constexpr size_t kQuotedBytes = 40;
constexpr size_t kMessageBytes = 200;

std::string place(const std::string& file, int line, int column, std::string_view message) {
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

// `text` as valid UTF-8 without control characters, cut after `max` bytes.
std::string one_line(std::string_view text, size_t max) {
  const bool cut = max < text.size();
  std::string line = to_valid_utf8(cut_text(text, max));
  for (char& c : line) {
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return cut ? line + "..." : line;
}

// yaml-cpp's messages, said so that they tell what would be right.
std::string explained(const std::string& message) {
  if (message.find("flow not found") != std::string::npos) {
    return "the file goes on or ends here, but a '{' or '[' above is not closed";
  }
  if (message.find("end of map") != std::string::npos ||
      message.find("illegal map value") != std::string::npos) {
    return "not valid YAML here; check the indentation, and that every key is followed by ': '";
  }
  if (message.find("tab") != std::string::npos) return "a tab indents this line; YAML takes spaces";
  return "not valid YAML here (" + one_line(message, kMessageBytes) + ")";
}

}  // namespace

std::string in_quotes(std::string_view text) { return "'" + one_line(text, kQuotedBytes) + "'"; }

void YamlNode::fail(std::string_view message) const {
  throw ConfigError(place(source_->name, line_, column_, message));
}

bool YamlNode::gathers(const ConfigError& problem) const {
  std::vector<std::string>* problems = source_->problems;
  if (problems == nullptr || problems->size() >= YamlDocument::kMaxProblems) return false;
  problems->emplace_back(problem.what());
  return true;
}

std::string YamlNode::described() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a section of keys";
    case Kind::scalar:
      break;
  }
  return in_quotes(text);
}

// Puts the tree together from yaml-cpp's events. Nodes are moved into their parents when they are
// complete.
class YamlTreeBuilder final : public YAML::EventHandler {
 public:
  YamlTreeBuilder(const YamlSource& source, YamlNode& root) : source_(source), root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(node(mark)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    node(mark).fail("aliases (*name) are not read; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode scalar = node(mark);
    const bool plain = tag != "!";
    if (plain &&
        (value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL")) {
      return add(std::move(scalar));
    }
    scalar.kind = YamlNode::Kind::scalar;
    scalar.text = value;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    std::unordered_set<std::string> keys;
    bool expects_value = false;
  };

  YamlNode node(const YAML::Mark& mark) {
    YamlNode made;
    made.source_ = &source_;
    made.line_ = mark.line + 1;
    made.column_ = mark.column + 1;
    if (++nodes_ > YamlDocument::kMaxNodes) made.fail("too many values; split the file");
    return made;
  }

  void open(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode opened = node(mark);
    opened.kind = kind;
    if (open_.size() >= YamlDocument::kMaxNesting) {
      opened.fail(fmt::format("nested more than {} levels deep", YamlDocument::kMaxNesting));
    }
    if (!open_.empty() && open_.back().node.kind == YamlNode::Kind::map &&
        !open_.back().expects_value) {
      opened.fail("a key must be plain text");
    }
    open_.push_back({std::move(opened), {}, false});
  }

  void close() {
    YamlNode done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode&& made) {
    if (open_.empty()) {
      root_ = std::move(made);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::list) {
      parent.node.items.push_back(std::move(made));
    } else if (parent.expects_value) {
      parent.node.members.back().second = std::move(made);
      parent.expects_value = false;
    } else {
      if (made.kind != YamlNode::Kind::scalar) made.fail("a key must be plain text");
      if (!parent.keys.insert(made.text).second) {
        made.fail("the key " + in_quotes(made.text) + " stands here a second time; keep one");
      }
      parent.node.members.emplace_back(std::move(made), YamlNode{});
      parent.expects_value = true;
    }
  }

  const YamlSource& source_;
  YamlNode& root_;
  std::vector<Open> open_;
  size_t nodes_ = 0;
};

YamlDocument::YamlDocument(std::string_view text, const std::string& name,
                           std::vector<std::string>* problems)
    : source_{name, problems} {
  root_.source_ = &source_;
  if (text.size() > kMaxBytes) root_.fail("larger than 16 MiB; split the file");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlTreeBuilder builder(source_, root_);
    if (!parser.HandleNextDocument(builder)) return;
    YamlNode rest;
    YamlTreeBuilder second(source_, rest);
    if (parser.HandleNextDocument(second)) {
      rest.fail("a second document ('---') begins here; a file holds one");
    }
  } catch (const YAML::Exception& error) {
    const YAML::Mark& mark = error.mark;
    throw ConfigError(place(source_.name, mark.is_null() ? 1 : mark.line + 1,
                            mark.is_null() ? 1 : mark.column + 1, explained(error.msg)));
  }
}

std::string read_config_file(const std::string& path) {
  const auto refuse = [&](std::string_view why) -> ConfigError {
    return ConfigError(place(path, 1, 1, why));
  };
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    throw refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) throw refuse("not a regular file; name a YAML file");
  if (static_cast<uint64_t>(status.st_size) > YamlDocument::kMaxBytes) {
    throw refuse("larger than 16 MiB; split the file");
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(static_cast<size_t>(status.st_size), '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  return text;
}

}  // namespace telltale
