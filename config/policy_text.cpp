#include "config/policy_text.h"

#include <algorithm>

#include <date/date.h>
#include <fmt/format.h>

#include "config/mutes.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kListedOfBorrowed = 5;
constexpr std::string_view kDayNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool is_plain(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  const auto harmless = [](char c) {
    return is_alpha(c) || is_digit(c) || c == ' ' || c == '.' || c == '_' || c == '-' || c == '/' ||
           c == '(' || c == ')' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
  };
  if (!std::all_of(text.begin(), text.end(), harmless) || !is_alpha(text.front())) return false;
  static constexpr std::string_view kWords[] = {"null", "true", "false", "yes", "no",
                                                "on",   "off",  "y",     "n"};
  return std::none_of(std::begin(kWords), std::end(kWords),
                      [&](std::string_view word) { return iequals(word, text); });
}

// Puts "key: value" pairs between braces.
class Braces {
 public:
  void put(std::string_view key, std::string_view value) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, value);
  }
  template <typename List, typename Text>
  void list(std::string_view key, const List& items, Text text_of) {
    if (items.empty()) return;
    std::string all;
    for (const auto& item : items) all += (all.empty() ? "" : ", ") + std::string(text_of(item));
    put(key, "[" + all + "]");
  }
  std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string number_of(uint32_t asn) { return std::to_string(asn); }
std::string text_of(const Cidr& cidr) { return yaml_scalar(cidr.to_string()); }

std::string text_of(const DayTime& span) {
  return fmt::format("\"{:02}:{:02}-{:02}:{:02}\"", span.begin / 60, span.begin % 60, span.end / 60,
                     span.end % 60);
}

std::string duration_text(std::chrono::seconds duration) {
  const auto seconds = duration.count();
  if (seconds > 0 && seconds % 86'400 == 0) return fmt::format("{}d", seconds / 86'400);
  if (seconds > 0 && seconds % 3600 == 0) return fmt::format("{}h", seconds / 3600);
  return seconds == 0 ? "0" : fmt::format("{}s", seconds);
}

// A whole day ends where the next begins; anything else is written to the second.
std::string until_text(Timestamp until) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(until);
  const auto day = date::floor<date::days>(seconds);
  if (seconds == day) return date::format("%F", day - date::days(1));
  return "\"" + date::format("%FT%TZ", seconds) + "\"";
}

std::string name_text(Trust trust) { return std::string(name_of(trust)); }
std::string name_text(DataClass data_class) { return std::string(name_of(data_class)); }
std::string name_text(DataType type) { return std::string(name_of(type)); }

void put_lists(std::string& text, const TrustLists& lists, std::string_view indent) {
  const auto block = [&](std::string_view key, const auto& items, auto text_of_item) {
    if (items.empty()) return;
    text += fmt::format("{}{}:\n", indent, key);
    for (const auto& item : items) text += fmt::format("{}  - {}\n", indent, text_of_item(item));
  };
  block("domains", lists.domains, yaml_scalar);
  block("cidrs", lists.cidrs, [](const Cidr& cidr) { return text_of(cidr); });
  block("asns", lists.asns, number_of);
  block("operators", lists.operators, yaml_scalar);
  block("operator_countries", lists.operator_countries, yaml_scalar);
  block("countries", lists.countries, yaml_scalar);
}

bool empty(const TrustLists& lists) {
  return lists.domains.empty() && lists.cidrs.empty() && lists.asns.empty() &&
         lists.operators.empty() && lists.countries.empty() && lists.operator_countries.empty();
}

std::string borrowed_comment(const BorrowedTrust& borrowed) {
  const TrustLists& lists = borrowed.lists;
  std::string text = fmt::format(
      "  # {} by {}: {} domains, {} networks, {} AS numbers, {} operators, {} countries",
      name_of(borrowed.trust), borrowed.origin, lists.domains.size(), lists.cidrs.size(),
      lists.asns.size(), lists.operators.size(),
      lists.countries.size() + lists.operator_countries.size());
  for (size_t i = 0; i < std::min(lists.domains.size(), kListedOfBorrowed); ++i) {
    text += (i == 0 ? " (" : ", ") + lists.domains[i];
  }
  if (lists.domains.size() > kListedOfBorrowed) text += ", ...";
  return text + (lists.domains.empty() ? "\n" : ")\n");
}

std::string trust_yaml(const TrustConfig& trust) {
  std::string text = fmt::format("trust:\n  default: {}\n", name_of(trust.fallback));
  for (const auto& [side, lists] :
       {std::pair{"trusted", &trust.trusted}, std::pair{"untrusted", &trust.untrusted}}) {
    if (empty(*lists)) continue;
    text += fmt::format("  {}:\n", side);
    put_lists(text, *lists, "    ");
  }
  for (const BorrowedTrust& borrowed : trust.borrowed) {
    if (!empty(borrowed.lists)) text += borrowed_comment(borrowed);
  }
  return text;
}

}  // namespace

std::string yaml_scalar(const std::string& text) {
  if (is_plain(text)) return text;
  std::string quoted = "\"";
  for (const char c : to_valid_utf8(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string to_yaml(const RuleCondition& when) {
  Braces flow;
  if (when.subject == RuleSubject::contact) flow.put("contact", "true");
  if (when.subject == RuleSubject::anomaly) {
    if (when.anomalies.empty()) flow.put("anomaly", "[any]");
    flow.list("anomaly", when.anomalies, yaml_scalar);
  }
  flow.list("class", when.classes, [](DataClass item) { return name_text(item); });
  flow.list("type", when.types, [](DataType item) { return name_text(item); });
  flow.list("trust", when.trust, [](Trust item) { return name_text(item); });
  flow.list("list", when.lists, yaml_scalar);
  if (when.cleartext) flow.put("cleartext", *when.cleartext ? "true" : "false");
  flow.list("country", when.countries, yaml_scalar);
  flow.list("country_not", when.countries_not, yaml_scalar);
  flow.list("operator", when.operators, yaml_scalar);
  flow.list("operator_country", when.operator_countries, yaml_scalar);
  flow.list("asn", when.asns, number_of);
  flow.list("app", when.apps, yaml_scalar);
  flow.list("device", when.devices, yaml_scalar);
  flow.list("group", when.groups, yaml_scalar);
  flow.list("domain", when.domains, yaml_scalar);
  flow.list("address", when.addresses, [](const Cidr& cidr) { return text_of(cidr); });
  flow.list("time", when.times, [](const DayTime& span) { return text_of(span); });
  if (when.days != kEveryDay) {
    std::vector<std::string> days;
    for (size_t day = 0; day < 7; ++day) {
      if ((when.days >> day & 1) != 0) days.emplace_back(kDayNames[day]);
    }
    flow.list("days", days, yaml_scalar);
  }
  if (when.min_confidence > 0) flow.put("min_confidence", fmt::format("{}", when.min_confidence));
  if (when.min_bytes > 0) flow.put("min_bytes", fmt::format("{}", when.min_bytes));
  return flow.text();
}

std::string outcome_yaml(const RuleConfig& rule) {
  Braces flow;
  flow.put("verdict", name_of(rule.verdict));
  if (rule.verdict == VerdictKind::alert) flow.put("severity", std::to_string(rule.severity));
  if (rule.window != kDefaultAlertWindow) flow.put("window", duration_text(rule.window));
  return flow.text();
}

std::string to_yaml(const MuteConfig& mute) {
  Braces flow;
  flow.list("device", mute.devices, yaml_scalar);
  flow.list("group", mute.groups, yaml_scalar);
  flow.list("class", mute.classes, [](DataClass item) { return name_text(item); });
  flow.list("type", mute.types, [](DataType item) { return name_text(item); });
  flow.list("anomaly", mute.anomalies, yaml_scalar);
  flow.list("domain", mute.domains, yaml_scalar);
  flow.list("address", mute.addresses, [](const Cidr& cidr) { return text_of(cidr); });
  flow.list("app", mute.apps, yaml_scalar);
  flow.list("rule", mute.rules, yaml_scalar);
  if (mute.until) flow.put("until", until_text(*mute.until));
  if (!mute.reason.empty()) flow.put("reason", yaml_scalar(mute.reason));
  // A name made from the rest would say it twice.
  if (!mute.name.empty() && mute.name.front() != '{') flow.put("name", yaml_scalar(mute.name));
  return flow.text();
}

std::string policy_yaml(const Config& config) {
  std::string text = trust_yaml(config.trust);
  text += config.rules.empty() ? "\nrules: []\n" : "\nrules:\n";
  std::string origin;
  for (const RuleConfig& rule : config.rules) {
    if (rule.origin != origin) text += fmt::format("  # {}\n", origin = rule.origin);
    text += fmt::format("  - name: {}\n    when: {}\n    then: {}\n", yaml_scalar(rule.name),
                        to_yaml(rule.when), outcome_yaml(rule));
  }
  if (!config.mutes.entries.empty()) text += "\nmutes:\n";
  for (const MuteConfig& mute : config.mutes.entries) text += "  - " + to_yaml(mute) + "\n";
  if (!config.mutes.file.empty()) {
    text += fmt::format("\nmutes_file: {}\n", yaml_scalar(config.mutes.file));
  }
  if (!config.feeds.empty()) text += "\nfeeds:\n";
  for (const FeedConfig& feed : config.feeds) {
    text +=
        fmt::format("  - {{path: {}, name: {}, format: {}, trust: {}}}\n", yaml_scalar(feed.path),
                    yaml_scalar(feed.name), feed.format, name_of(feed.trust));
  }
  return text;
}

}  // namespace telltale
