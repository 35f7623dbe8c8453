// The one description of an event: which keys it has, in which order, under which conditions. Names
// are those of Suricata's EVE where EVE has the field.
#pragma once

#include <string>
#include <vector>

#include "sensor/model/event.h"
#include "sensor/output/event_writer.h"

namespace telltale {

// What holds for all events of a run.
struct EventContext {
  std::string sensor;                 // sensor.name
  std::vector<std::string> captures;  // by FrameRef::capture: files, or interfaces where live
  bool live = false;
};

// "finding", "alert", ...
std::string_view type_of(const Event& event);

// The members of the event's object, without the object itself.
void describe(const Event& event, const EventContext& context, EventWriter& out);

// 16 hex digits, the same again for the same input: receivers may drop what they have seen.
std::string event_id(const Event& event, const EventContext& context);

}  // namespace telltale
