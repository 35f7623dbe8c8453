#include "sensor/detect/detector_set.h"

#include <algorithm>
#include <utility>

#include "sensor/detect/masking.h"

namespace telltale {

#define DETECTOR(name) std::unique_ptr<const Detector> make_##name##_detector();
#include "sensor/detect/detectors.inc"
#undef DETECTOR

DetectorSet::DetectorSet(KeyTable keys, DetectorOptions options)
    : keys_(std::move(keys)), options_(options) {
#define DETECTOR(name) detectors_.push_back(make_##name##_detector());
#include "sensor/detect/detectors.inc"
#undef DETECTOR
}

void DetectorSet::run(const Message& message, SightingSink& sink) const { run(index(message), sink); }

void DetectorSet::run(const Content& content, SightingSink& sink) const {
  if (content.is_capped()) sink.on_weird(Weird::text_items_beyond_cap);
  for (const auto& detector : detectors_) detector->detect(content, sink);
}

Finding DetectorSet::to_finding(const Message& message, const Sighting& sighting,
                                bool cleartext) const {
  Finding finding;
  finding.type = sighting.type;
  finding.confidence = sighting.confidence;
  finding.count = sighting.count;
  finding.location = message.fields.location(sighting.field);
  finding.encodings = message.fields.encodings(sighting.field);
  finding.encodings.insert(finding.encodings.end(), sighting.encodings.begin(),
                           sighting.encodings.end());
  finding.owner = sighting.owner;
  if (options_.samples == SampleMode::clear) finding.sample = sighting.value;
  if (options_.samples == SampleMode::masked) finding.sample = masked(sighting.type, sighting.value);
  if (!sighting.hint.empty() && options_.samples != SampleMode::fingerprint)
    finding.sample = sighting.hint;
  finding.fingerprint = fingerprint(sighting.type, sighting.value, options_.fingerprint_key);
  finding.cleartext = cleartext;
  finding.packet = message.frame_of(sighting.field);
  for (const FieldId id : sighting.evidence) {
    finding.packet = std::max(finding.packet, message.frame_of(id));
  }
  return finding;
}

}  // namespace telltale
