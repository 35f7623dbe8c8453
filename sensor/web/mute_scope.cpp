#include "sensor/web/mute_scope.h"

#include <algorithm>

#include "sensor/policy/explain.h"

namespace telltale {
namespace {

void add_data(const Event& event, MuteConfig& mute) {
  const auto add = [&mute](DataType type) {
    if (std::find(mute.types.begin(), mute.types.end(), type) == mute.types.end()) {
      mute.types.push_back(type);
    }
  };
  if (const auto* found = std::get_if<FindingEvent>(&event.payload)) add(found->finding.type);
  if (const auto* odd = std::get_if<AnomalyEvent>(&event.payload)) {
    mute.anomalies.push_back(odd->type);
  }
  const AlertEvent* alert = alert_of(event);
  if (alert == nullptr) return;
  for (const Finding& finding : alert->findings) add(finding.type);
  if (!alert->anomaly.empty()) mute.anomalies.push_back(alert->anomaly);
}

}  // namespace

MuteConfig mute_of(const Event& event, const MuteScope& scope) {
  MuteConfig mute;
  // Not its name: names change, and a device may take another's.
  if (scope.device) mute.devices.push_back(event.device->id);
  if (scope.data) add_data(event, mute);
  if (scope.destination) {
    const MuteConfig whole =
        mute_for({*event.device, *event.destination, nullptr, {}, 0, event.ts, 0});
    mute.domains = whole.domains;
    mute.addresses = whole.addresses;
  }
  return mute;
}

}  // namespace telltale
