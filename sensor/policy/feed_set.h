// FeedSet: all feeds of a configuration, and their reload. Readers take the FeedList of the moment;
// poll() replaces it when a file has changed. A feed whose new file is bad keeps its old entries.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/base/swapped.h"
#include "sensor/policy/feed.h"
#include "sensor/policy/file_watch.h"

namespace telltale {

using FeedList = std::vector<std::shared_ptr<const Feed>>;

class FeedSet {
 public:
  // Loads all. Throws FeedError.
  explicit FeedSet(const Config& config);

  std::shared_ptr<const FeedList> current() const { return feeds_.get(); }
  // Reloads what has changed; to be called now and then by the thread that made it. Returns lines
  // to tell the user: what was reloaded, what is bad and why the old entries stay.
  std::vector<std::string> poll();
  // What was left out of each feed, lines to tell the user.
  std::vector<std::string> problems() const;
  const std::vector<FeedReport>& reports() const { return reports_; }

 private:
  const Config& config_;
  std::vector<FileWatch> watches_;
  std::vector<FeedReport> reports_;
  Swapped<FeedList> feeds_;
};

}  // namespace telltale
