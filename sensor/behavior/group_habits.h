// GroupHabits: what the devices of each group are used to send, over all shards, so that a new
// camera is measured by the cameras there are. Groups are those of the configuration.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/ip_address.h"

namespace telltale {

class GroupHabits {
 public:
  // The most that `device` sent to one server in an hour that is over, in bytes.
  void add(std::string_view group, const IpAddress& device, uint64_t most);
  // The median over the group without `device`; nothing where fewer than three others are known.
  std::optional<uint64_t> usual(std::string_view group, const IpAddress& device) const;

 private:
  struct Habit {
    IpAddress device;
    uint64_t most;
  };
  std::map<std::string, std::vector<Habit>, std::less<>> groups_;
};

}  // namespace telltale
