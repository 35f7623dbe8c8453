#include "sensor/policy/feed_builder.h"

#include <algorithm>
#include <charconv>

#include "config/yaml.h"
#include "sensor/base/encoding.h"
#include "sensor/base/idna.h"
#include "sensor/policy/registrable_domain.h"

namespace telltale {
namespace {

constexpr size_t kLongestLabel = 63;  // RFC 1035 section 2.3.4
constexpr size_t kMostLabels = 60'000;
constexpr size_t kMostPublicSuffixLabels = 6;  // the list's longest has 5; wildcards add one

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65'535;
}

// "198.51.100.7:8080" and "[2001:db8::1]:443" without their port.
std::string_view without_port(std::string_view value) {
  if (value.starts_with('[')) {
    const size_t end = value.find(']');
    if (end == std::string_view::npos) return value;
    const std::string_view rest = value.substr(end + 1);
    const bool sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    return sound ? value.substr(1, end - 1) : value;
  }
  const size_t colon = value.find(':');
  if (colon == std::string_view::npos || value.find(':', colon + 1) != std::string_view::npos) {
    return value;
  }
  return is_port(value.substr(colon + 1)) ? value.substr(0, colon) : value;
}

// The labels of a host name of at least two, the last not a number; 0 where it is no such name.
size_t labels_of(std::string_view name) {
  if (name.size() > DomainTable::kLongestName) return 0;
  size_t labels = 0;
  bool number = false;
  while (true) {
    const size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (label.empty() || label.size() > kLongestLabel || label.front() == '-' ||
        label.back() == '-') {
      return 0;
    }
    number = true;
    for (const char c : label) {
      if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '_') return 0;
      number = number && is_digit(c);
    }
    ++labels;
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return number || labels < 2 ? 0 : labels;
}

bool is_everywhere(const Cidr& network) { return network.prefix_length() == 0; }

}  // namespace

FeedBuilder::FeedBuilder(const FeedConfig& config, const FeedLimits& limits) : limits_(limits) {
  feed_.config_ = config;
  report_.path = config.path;
}

void FeedBuilder::add(std::string_view value, size_t line, std::string_view label) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  if (value.find("://") != std::string_view::npos) {
    if (!add_url(value, line, label)) skip(FeedSkip::garbage, line, value);
    return;
  }
  const std::string_view host = without_port(value);
  const bool may_be_network =
      !host.empty() && (is_digit(host.front()) || host.find(':') != std::string_view::npos);
  if (const auto network = may_be_network ? Cidr::parse(host) : std::nullopt) {
    if (is_everywhere(*network)) return skip(FeedSkip::public_suffix, line, value);
    return add_network(*network, label);
  }
  add_domain(host, line, value, label);
}

void FeedBuilder::add_domain(std::string_view name, size_t line, std::string_view as_written,
                             std::string_view label) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.ends_with('.')) name.remove_suffix(1);
  // A host with a path is a URL without its scheme.
  if (const size_t slash = name.find('/'); slash != std::string_view::npos) {
    const bool is_page = slash + 1 < name.size() && labels_of(name.substr(0, slash)) > 0;
    if (is_page) return skip(FeedSkip::page, line, as_written);
    name = name.substr(0, slash);
  }
  const std::string ascii = to_ascii_domain(name);
  const size_t labels = labels_of(ascii);
  if (labels == 0) {
    const bool is_top = !ascii.empty() && ascii.find('.') == std::string::npos &&
                        is_public_suffix(ascii) &&
                        std::all_of(ascii.begin(), ascii.end(), [](char c) { return is_alpha(c); });
    return skip(is_top && ascii.size() < 4 ? FeedSkip::public_suffix : FeedSkip::garbage, line,
                as_written);
  }
  if (labels <= kMostPublicSuffixLabels && is_public_suffix(ascii)) {
    return skip(FeedSkip::public_suffix, line, as_written);
  }
  if (!has_room()) return skip(FeedSkip::beyond_cap, line, as_written);
  switch (feed_.domains_.insert(ascii, label_number(label))) {
    case DomainTable::Insert::added:
      return;
    case DomainTable::Insert::known:
      ++report_.duplicates;
      return;
    case DomainTable::Insert::refused:
      skip(FeedSkip::beyond_cap, line, as_written);
  }
}

void FeedBuilder::add_network(const Cidr& network, std::string_view label) {
  if (!has_room()) return skip(FeedSkip::beyond_cap, 0, network.to_string());
  feed_.networks_.push_back(
      {network.network(), static_cast<uint8_t>(network.mapped_bits()), label_number(label)});
}

// A URL with nothing behind its host names the host; one at an address names the address, which
// serves nobody else by that name. A page of a named host is not the host.
bool FeedBuilder::add_url(std::string_view url, size_t line, std::string_view label) {
  std::string_view rest = url.substr(url.find("://") + 3);
  const size_t path_at = rest.find_first_of("/?#");
  const std::string_view path =
      path_at == std::string_view::npos ? std::string_view{} : rest.substr(path_at);
  rest = rest.substr(0, path_at);
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  const std::string_view host = without_port(rest);
  if (const auto address = IpAddress::parse(host)) {
    add_network(*Cidr::parse(address->to_string()), label);
    return true;
  }
  const std::string ascii =
      to_ascii_domain(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  if (labels_of(ascii) == 0) return false;
  if (path.size() > 1) {
    skip(FeedSkip::page, line, url);
  } else {
    add_domain(ascii, line, url, label);
  }
  return true;
}

void FeedBuilder::skip(FeedSkip why, size_t line, std::string_view text) {
  FeedReport::Skipped& skipped = report_.skipped[static_cast<size_t>(why)];
  if (skipped.count++ > 0) return;
  skipped.first_line = line;
  skipped.first = in_quotes(text);
}

uint16_t FeedBuilder::label_number(std::string_view label) {
  if (label.empty()) return 0;
  const auto found = label_numbers_.find(std::string(label));
  if (found != label_numbers_.end()) return found->second;
  if (feed_.labels_.size() >= kMostLabels) return 0;
  const auto number = static_cast<uint16_t>(feed_.labels_.size());
  feed_.labels_.push_back(to_valid_utf8(label.substr(0, 200)));
  label_numbers_.emplace(label, number);
  return number;
}

LoadedFeed FeedBuilder::finish(std::string_view format) {
  auto& networks = feed_.networks_;
  std::sort(networks.begin(), networks.end());
  const auto same = [](const Feed::Network& a, const Feed::Network& b) {
    return a.bits == b.bits && a.address == b.address;
  };
  const auto end = std::unique(networks.begin(), networks.end(), same);
  report_.duplicates += static_cast<uint64_t>(networks.end() - end);
  networks.erase(end, networks.end());
  networks.shrink_to_fit();
  for (const Feed::Network& network : networks) {
    if (feed_.lengths_.empty() || feed_.lengths_.back() != network.bits) {
      feed_.lengths_.push_back(network.bits);
    }
  }
  report_.format = format;
  report_.entries = feed_.size();
  return {std::move(feed_), std::move(report_)};
}

}  // namespace telltale
