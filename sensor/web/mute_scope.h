// The mute that a person means by "this is fine" at an event.
#pragma once

#include "config/config.h"

namespace telltale {

// What of the event the mute is to be limited to.
struct MuteScope {
  bool device = true;
  bool data = true;
  bool destination = true;
};

// All data of an alert is meant. REQUIRES: `event` has a device and a destination.
MuteConfig mute_of(const Event& event, const MuteScope& scope);

}  // namespace telltale
