#include "config/section.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestWord = 64;  // longer words are not compared

// Optimal string alignment distance: a swap of neighbours counts as one.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > kLongestWord) return {};
  const std::string lower = ascii_lower(word);
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = edit_distance(lower, candidate);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

Section::Section(const YamlNode& node, std::string_view what) : node_(node), what_(what) {
  if (node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::null) return;
  node.fail(fmt::format("{} must be a section of keys, not {}", what, node.described()));
}

const YamlNode* Section::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  for (const auto& [name, value] : node_.members) {
    if (name.text == key) return value.kind == YamlNode::Kind::null ? nullptr : &value;
  }
  return nullptr;
}

void Section::done() const {
  for (const auto& [key, value] : node_.members) {
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    guard(key, [&, &unknown = key] { fail_unknown(unknown); });
  }
}

void Section::fail_unknown(const YamlNode& key) const {
    const std::string_view meant = nearest(key.text, known_);
    if (meant.empty()) {
      key.fail(fmt::format("unknown key {} in {}; valid keys: {}", in_quotes(key.text), what_,
                           fmt::join(known_, ", ")));
    }
    key.fail(
        fmt::format("unknown key {} in {}; did you mean '{}'?", in_quotes(key.text), what_, meant));
}

void Section::missing(std::string_view key, std::string_view example) const {
  node_.fail(fmt::format("{} needs the key '{}', for example {}: {}", what_, key, key, example));
}

void Section::fail_not_list(std::string_view key, const YamlNode& value) {
  value.fail(
      fmt::format("'{}' must be a list, not {}; write {}: [...]", key, value.described(), key));
}

}  // namespace telltale
