#include "sensor/behavior/group_habits.h"

#include <algorithm>

namespace telltale {

void GroupHabits::add(std::string_view group, const IpAddress& device, uint64_t most) {
  groups_[std::string(group)].push_back({device, most});
}

std::optional<uint64_t> GroupHabits::usual(std::string_view group, const IpAddress& device) const {
  constexpr size_t kFewest = 3;
  const auto found = groups_.find(group);
  if (found == groups_.end()) return std::nullopt;
  std::vector<uint64_t> others;
  for (const Habit& habit : found->second) {
    if (habit.device != device) others.push_back(habit.most);
  }
  if (others.size() < kFewest) return std::nullopt;
  const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
  std::nth_element(others.begin(), middle, others.end());
  return *middle;
}

}  // namespace telltale
