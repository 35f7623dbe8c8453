// MuteBook: the mutes that hold, and which of them an occasion falls under. Immutable; a new one
// takes its place when mutes are added or a file of them changes. Judging is by the packet's time
// alone, so that mutes hold for what is stored as well as for what comes.
#pragma once

#include <string_view>
#include <vector>

#include "config/config.h"
#include "sensor/policy/conditions.h"

namespace telltale {

class MuteBook {
 public:
  MuteBook() = default;
  explicit MuteBook(std::vector<MuteConfig> mutes) : mutes_(std::move(mutes)) {}
  // Those of the configuration and of its file. Throws ConfigError.
  static MuteBook of(const Config& config);

  // The first that covers `occasion`, decided by `rule`; null where there is none.
  const MuteConfig* covering(const Occasion& occasion, std::string_view rule) const;
  // The same of an alert or a notice: of all that it tells, the mute of the last.
  const MuteConfig* covering(const Event& told) const;
  const std::vector<MuteConfig>& mutes() const { return mutes_; }

 private:
  std::vector<MuteConfig> mutes_;
};

// Does `mute` cover it?
bool covers(const MuteConfig& mute, const Occasion& occasion, std::string_view rule);

}  // namespace telltale
