#include "sensor/policy/feed_set.h"

#include <fmt/format.h>

namespace telltale {
namespace {

std::vector<std::string> told(const FeedReport& report) {
  std::vector<std::string> lines;
  for (const std::string& line : report.lines()) lines.push_back(report.path + ": " + line);
  return lines;
}

}  // namespace

FeedSet::FeedSet(const Config& config) : config_(config), feeds_(std::make_shared<FeedList>()) {
  auto loaded = std::make_shared<FeedList>();
  for (const FeedConfig& feed : config.feeds) {
    watches_.emplace_back(feed.path);  // before reading: a change meanwhile is seen later
    LoadedFeed made = load_feed(feed, config.feed_limits);
    reports_.push_back(std::move(made.report));
    loaded->push_back(std::make_shared<const Feed>(std::move(made.feed)));
  }
  feeds_.set(std::move(loaded));
}

std::vector<std::string> FeedSet::poll() {
  std::vector<std::string> lines;
  std::shared_ptr<FeedList> next;
  for (size_t i = 0; i < watches_.size(); ++i) {
    if (!watches_[i].changed()) continue;
    try {
      LoadedFeed made = load_feed(config_.feeds[i], config_.feed_limits);
      if (next == nullptr) next = std::make_shared<FeedList>(*feeds_.get());
      lines.push_back(
          fmt::format("{}: reloaded, {} entries", made.report.path, made.report.entries));
      for (std::string& line : told(made.report)) lines.push_back(std::move(line));
      reports_[i] = std::move(made.report);
      (*next)[i] = std::make_shared<const Feed>(std::move(made.feed));
    } catch (const FeedError& error) {
      lines.push_back(
          fmt::format("{}; its {} entries from before stay", error.what(), reports_[i].entries));
    }
  }
  if (next != nullptr) feeds_.set(std::move(next));
  return lines;
}

std::vector<std::string> FeedSet::problems() const {
  std::vector<std::string> lines;
  for (const FeedReport& report : reports_) {
    for (std::string& line : told(report)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace telltale
