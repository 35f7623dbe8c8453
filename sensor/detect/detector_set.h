// All detectors, run over one message; and how what they saw becomes a Finding.
#pragma once

#include <memory>
#include <vector>

#include "config/config.h"
#include "sensor/base/hash.h"
#include "sensor/detect/detector.h"
#include "sensor/model/finding.h"

namespace telltale {

struct DetectorOptions {
  SampleMode samples = SampleMode::masked;
  HashKey fingerprint_key;  // of the installation: fingerprints of two of them do not compare
  Limits limits;
};

class DetectorSet {
 public:
  DetectorSet(KeyTable keys, DetectorOptions options);

  // Runs every detector over an expanded message. Sightings of confidence below 0.5 are never told.
  void run(const Message& message, SightingSink& sink) const;
  // The same on an index that is there already.
  void run(const Content& content, SightingSink& sink) const;
  Content index(const Message& message) const { return indexer().index_once(message); }
  // What a worker indexes its messages with. The set must outlive it.
  ContentIndexer indexer() const { return ContentIndexer(keys_, options_.limits); }

  // What a sighting says, as text. `cleartext`: anybody on the way could read it.
  Finding to_finding(const Message& message, const Sighting& sighting, bool cleartext) const;

 private:
  KeyTable keys_;
  DetectorOptions options_;
  std::vector<std::unique_ptr<const Detector>> detectors_;
};

}  // namespace telltale
