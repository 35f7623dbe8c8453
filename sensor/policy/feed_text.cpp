// Feeds that go by lines: plain lists, hosts files, Adblock-style rules, dnsmasq and response
// policy zones.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/policy/feed_format.h"

namespace telltale {
namespace {

template <typename ReadLine>
void each_line(FeedLines& input, FeedBuilder& feed, ReadLine read_line) {
  for (std::string_view line; input.next(line);) {
    if (!line.empty() && !is_comment(line)) read_line(line, input.number(), feed);
  }
}

std::string_view first_word(std::string_view& rest) {
  rest = trim(rest);
  const size_t end = rest.find_first_of(" \t");
  const std::string_view word = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : trim(rest.substr(end));
  return word;
}

// What stands before a comment at the end of a line.
std::string_view before_comment(std::string_view line) {
  for (const std::string_view mark : {" #", "\t#", " //", " ;"})
    line = line.substr(0, line.find(mark));
  return trim(line);
}

// Plain lists: a domain, address, network or URL a line.

bool looks_plain(std::string_view line) {
  line = before_comment(line);
  if (line.find_first_of(" \t,{}|=") != std::string_view::npos) return false;
  const bool has_dot = line.find_first_of(".:") != std::string_view::npos;
  return has_dot && std::none_of(line.begin(), line.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20;
         });
}

size_t fits_domains(std::string_view sample) { return count_lines(sample, looks_plain); }

void read_domains(FeedLines& input, FeedBuilder& feed) {
  each_line(input, feed, [](std::string_view line, size_t number, FeedBuilder& out) {
    out.add(before_comment(line), number);
  });
}

// Hosts files: the address of nowhere, then names.

bool is_nowhere(std::string_view word) {
  return word == "0.0.0.0" || word == "127.0.0.1" || word == "::" || word == "::1" || word == "0";
}

// Names that every hosts file has for the machine itself.
bool is_own_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "localhost",       "localhost.localdomain", "local",        "broadcasthost",  "ip6-localhost",
      "0.0.0.0",         "ip6-loopback",          "ip6-allnodes", "ip6-allrouters", "ip6-localnet",
      "ip6-mcastprefix", "ip6-allhosts"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view own) { return iequals(own, name); });
}

bool looks_like_host(std::string_view line) {
  std::string_view rest = before_comment(line);
  return is_nowhere(first_word(rest)) && !rest.empty();
}

size_t fits_hosts(std::string_view sample) { return count_lines(sample, looks_like_host); }

void read_hosts_line(std::string_view line, size_t number, FeedBuilder& feed) {
  std::string_view rest = before_comment(line);
  const std::string_view address = first_word(rest);
  if (rest.empty()) return feed.add(address, number);  // lists mix in plain names
  if (!is_nowhere(address) && address.find_first_of(".:") == std::string_view::npos) {
    return feed.skip(FeedSkip::garbage, number, line);
  }
  while (!rest.empty()) {
    const std::string_view name = first_word(rest);
    if (!is_own_name(name)) feed.add(name, number);
  }
}

void read_hosts(FeedLines& input, FeedBuilder& feed) { each_line(input, feed, read_hosts_line); }

// Adblock-style rules: ||domain^ with options; what is narrower than a host is left out.

bool looks_like_rule(std::string_view line) {
  return line.starts_with("||") || line.starts_with("@@") || line.starts_with("[Adblock") ||
         line.find("##") != std::string_view::npos;
}

size_t fits_adblock(std::string_view sample) { return count_lines(sample, looks_like_rule); }

// Options that do not narrow a rule for a whole host.
bool is_wide(std::string_view options) {
  while (!options.empty()) {
    const size_t comma = options.find(',');
    const std::string_view option = options.substr(0, comma);
    static constexpr std::string_view kWide[] = {"third-party", "3p",  "important", "all",
                                                 "document",    "doc", "popup",     "match-case"};
    if (std::find(std::begin(kWide), std::end(kWide), option) == std::end(kWide)) return false;
    options = comma == std::string_view::npos ? std::string_view{} : options.substr(comma + 1);
  }
  return true;
}

void read_adblock_line(std::string_view line, size_t number, FeedBuilder& feed) {
  if (line.starts_with('[')) return;  // [Adblock Plus 2.0]
  if (line.starts_with("@@")) return feed.skip(FeedSkip::exception, number, line);
  for (const std::string_view cosmetic : {"##", "#@#", "#?#", "#$#", "#%#"}) {
    if (line.find(cosmetic) != std::string_view::npos) {
      return feed.skip(FeedSkip::partial, number, line);
    }
  }
  if (!line.starts_with("||")) {
    const bool is_pattern = line.find_first_of("*^|/=&?$~") != std::string_view::npos;
    if (is_pattern) return feed.skip(FeedSkip::partial, number, line);
    return read_hosts_line(line, number, feed);
  }
  std::string_view rule = line.substr(2);
  const size_t dollar = rule.find('$');
  const bool wide = dollar == std::string_view::npos || is_wide(rule.substr(dollar + 1));
  rule = rule.substr(0, dollar);
  if (rule.ends_with('|')) rule.remove_suffix(1);
  if (rule.ends_with('^')) rule.remove_suffix(1);
  if (rule.starts_with("*.")) rule.remove_prefix(2);
  if (!wide || rule.find_first_of("/*^?=") != std::string_view::npos) {
    return feed.skip(FeedSkip::partial, number, line);
  }
  feed.add(rule, number);
}

void read_adblock(FeedLines& input, FeedBuilder& feed) {
  each_line(input, feed, read_adblock_line);
}

// dnsmasq: address=/a.example/b.example/0.0.0.0, server=/a.example/, local=/a.example/

bool looks_like_dnsmasq(std::string_view line) {
  return line.starts_with("address=/") || line.starts_with("server=/") ||
         line.starts_with("local=/");
}

size_t fits_dnsmasq(std::string_view sample) { return count_lines(sample, looks_like_dnsmasq); }

void read_dnsmasq(FeedLines& input, FeedBuilder& feed) {
  each_line(input, feed, [](std::string_view line, size_t number, FeedBuilder& out) {
    if (!looks_like_dnsmasq(line)) return out.skip(FeedSkip::garbage, number, line);
    std::string_view rest = before_comment(line);
    rest = rest.substr(rest.find('/') + 1);
    for (size_t slash; (slash = rest.find('/')) != std::string_view::npos;) {
      out.add(rest.substr(0, slash), number);
      rest.remove_prefix(slash + 1);
    }
  });
}

// Response policy zones: "bad.example CNAME ." and "*.bad.example 60 IN CNAME ."
// (draft-vixie-dnsop-dns-rpz).

bool is_class_or_ttl(std::string_view word) {
  return iequals(word, "IN") || std::all_of(word.begin(), word.end(), is_digit);
}

// The name a line blocks; empty where it does something else.
std::string_view blocked_name(std::string_view line) {
  const size_t comment = line.find(';');
  std::string_view rest = trim(line.substr(0, comment));
  const std::string_view name = first_word(rest);
  std::string_view word = first_word(rest);
  while (!word.empty() && is_class_or_ttl(word)) word = first_word(rest);
  if (!iequals(word, "CNAME") && !iequals(word, "A") && !iequals(word, "AAAA")) return {};
  return rest.empty() ? std::string_view{} : name;
}

bool looks_like_zone(std::string_view line) { return !blocked_name(line).empty(); }

size_t fits_rpz(std::string_view sample) { return count_lines(sample, looks_like_zone); }

void read_rpz(FeedLines& input, FeedBuilder& feed) {
  each_line(input, feed, [](std::string_view line, size_t number, FeedBuilder& out) {
    if (line.starts_with('$') || line.starts_with('@') ||
        line.find("SOA") != std::string_view::npos || line.find(" NS ") != std::string_view::npos) {
      return;  // the zone's own records
    }
    std::string_view rest = line;
    const std::string_view name = blocked_name(line);
    const bool passes = line.find("rpz-passthru") != std::string_view::npos;
    if (passes) return out.skip(FeedSkip::exception, number, line);
    if (name.empty() || name.find(".rpz-") != std::string_view::npos) {
      const bool other = name.find(".rpz-") != std::string_view::npos;
      return out.skip(other ? FeedSkip::partial : FeedSkip::garbage, number, rest);
    }
    // Zones write a name and "*.name"; both are one entry here.
    out.add(name, number);
  });
}

}  // namespace

const FeedFormat k_domains_format = {"domains", fits_domains, read_domains};
const FeedFormat k_hosts_format = {"hosts", fits_hosts, read_hosts};
const FeedFormat k_adblock_format = {"adblock", fits_adblock, read_adblock};
const FeedFormat k_dnsmasq_format = {"dnsmasq", fits_dnsmasq, read_dnsmasq};
const FeedFormat k_rpz_format = {"rpz", fits_rpz, read_rpz};

}  // namespace telltale
