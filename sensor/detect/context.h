// What a group of values is about, judged by the keys beside and above it. Detectors share these rules, so
// that "this speaks of a device" means the same everywhere.
#pragma once

#include "sensor/detect/content.h"
#include "sensor/detect/detector.h"

namespace telltale {

// How many different kinds of device data stand in a group or in those around it, by strong keys: model, OS,
// SIM, identifiers. 0 means nothing says that this is a device.
int device_evidence(const Content& content, const Group& group, const KeyFamilies& except = {});

// The same beside an item: what its own key says does not count.
int evidence_beside(const Content& content, const Item& item);

// Do the keys of the group, or above it, speak of any of `families`?
inline bool is_about(const Content& content, const Group& group, const KeyFamilies& families) {
  return group.families.has_any(families) || content.above(group).has_any(families);
}

// How many rows of its kind the group is one of; 1 when it is not in a list.
uint32_t rows_beside(const Content& content, const Group& group);

// A sighting of one value where it stands.
Sighting sighting_of(DataType type, double confidence, const Item& item, std::string value);

// Tells it, unless it is too unsure to be told.
void tell(SightingSink& sink, Sighting&& sighting);

inline constexpr double kLeastConfidence = 0.5;

}  // namespace telltale
