#include "sensor/behavior/monitor.h"

namespace telltale {

std::vector<std::unique_ptr<Monitor>> make_monitors(const Limits& limits) {
  std::vector<std::unique_ptr<Monitor>> monitors;
#define MONITOR(name) monitors.push_back(make_##name##_monitor(limits));
#include "sensor/behavior/monitors.inc"
#undef MONITOR
  return monitors;
}

}  // namespace telltale
