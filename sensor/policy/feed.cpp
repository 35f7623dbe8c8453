#include "sensor/policy/feed.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/yaml.h"
#include "sensor/policy/feed_format.h"

namespace telltale {
namespace {

constexpr const FeedFormat* kFormats[] = {
#define FORMAT(name) &k_##name##_format,
#include "sensor/policy/feed_formats.inc"
#undef FORMAT
};

IpAddress network_of(const IpAddress& address, int bits) {
  auto bytes = address.bytes();
  for (int i = 0; i < 16; ++i) {
    const int keep = std::clamp(bits - i * 8, 0, 8);
    auto& byte = bytes[static_cast<size_t>(i)];
    byte = static_cast<uint8_t>(byte & (0xff << (8 - keep)));
  }
  return IpAddress::v6(bytes.data());
}

// "maltrail" trails are plain lists of domains, addresses and URLs.
std::string_view canonical(std::string_view format) {
  return format == "maltrail" ? "domains" : format;
}

const FeedFormat* format_of(const FeedConfig& config, std::string_view sample) {
  if (config.format != "auto") {
    for (const FeedFormat* format : kFormats) {
      if (format->name == canonical(config.format)) return format;
    }
  }
  const FeedFormat* best = nullptr;
  size_t most = 0;
  for (const FeedFormat* format : kFormats) {
    const size_t fits = format->fits(sample);
    if (fits <= most) continue;
    most = fits;
    best = format;
  }
  return best;
}

LoadedFeed read_feed(FeedLines& lines, const FeedConfig& config, const FeedLimits& limits) {
  const FeedFormat* format = format_of(config, lines.sample());
  if (format == nullptr) {
    throw FeedError(fmt::format(
        "{}:1:1: nothing in it is recognised; a feed is a list of domains or addresses, a hosts "
        "file, Adblock rules, dnsmasq or RPZ lines, CSV, MISP or STIX JSON, or ioc.yaml",
        config.path));
  }
  FeedBuilder builder(config, limits);
  format->read(lines, builder);
  LoadedFeed loaded = builder.finish(format->name);
  if (loaded.feed.size() > 0) return loaded;
  const std::vector<std::string> told = loaded.report.lines();
  throw FeedError(fmt::format("{}:1:1: read as {}, it has no entry{}{}", config.path, format->name,
                              told.empty() ? "" : "; ", told.empty() ? "" : told.front()));
}

}  // namespace

std::string_view text_of(FeedSkip skip) {
  static constexpr std::string_view kTexts[] = {
#define SKIP(name, text) text,
#include "sensor/policy/feed_skips.inc"
#undef SKIP
  };
  return kTexts[static_cast<size_t>(skip)];
}

uint64_t FeedReport::bad() const { return skipped[static_cast<size_t>(FeedSkip::garbage)].count; }

std::vector<std::string> FeedReport::lines() const {
  std::vector<std::string> told;
  for (size_t i = 0; i < kFeedSkipCount; ++i) {
    const Skipped& skip = skipped[i];
    if (skip.count == 0) continue;
    const std::string place = skip.first_line > 0 ? fmt::format(" (line {})", skip.first_line) : "";
    told.push_back(fmt::format("{} left out: {}{} {}{}", skip.count, skip.first, place,
                               text_of(static_cast<FeedSkip>(i)),
                               skip.count > 1 ? "; so do the others" : ""));
  }
  return told;
}

std::optional<FeedHit> Feed::find_name(std::string_view name) const {
  const auto number = domains_.find(name);
  if (!number) return std::nullopt;
  return FeedHit{std::string(name), labels_[*number]};
}

std::optional<FeedHit> Feed::find_address(const IpAddress& address, int* bits) const {
  for (const uint8_t length : lengths_) {
    const Network wanted{network_of(address, length), length, 0};
    const auto found = std::lower_bound(networks_.begin(), networks_.end(), wanted);
    if (found == networks_.end() || found->bits != length || found->address != wanted.address)
      continue;
    *bits = length;
    const int written = address.is_v4() && length >= 96 ? length - 96 : length;
    const bool is_host = length == 128;
    return FeedHit{found->address.to_string() + (is_host ? "" : fmt::format("/{}", written)),
                   labels_[found->label]};
  }
  return std::nullopt;
}

size_t Feed::bytes() const { return domains_.bytes() + networks_.capacity() * sizeof(Network); }

LoadedFeed load_feed(const FeedConfig& config, const FeedLimits& limits) {
  FeedLines lines(config.path, limits);
  return read_feed(lines, config, limits);
}

LoadedFeed parse_feed(std::string_view text, const FeedConfig& config, const FeedLimits& limits) {
  FeedLines lines(text, config.path, limits);
  return read_feed(lines, config, limits);
}

}  // namespace telltale
