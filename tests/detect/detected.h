// What the detectors see in a message, in a form that tests can compare: "imei mac_address".
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/detect/detector_set.h"
#include "sensor/unwrap/expander.h"
#include "tests/support/message_builder.h"

namespace telltale::test {

class Recorder final : public SightingSink {
 public:
  void on_sighting(Sighting&& sighting) override { sightings.push_back(std::move(sighting)); }
  void on_piece(Piece&& piece) override { pieces.push_back(std::move(piece)); }
  void on_weird(Weird weird) override { weirds.count(weird); }

  std::vector<Sighting> sightings;
  std::vector<Piece> pieces;
  WeirdCounts weirds;
};

inline const DetectorSet& detectors() {
  static const DetectorSet kSet(KeyTable::shipped(), {});
  return kSet;
}

// The message after unwrapping, and everything told of it.
struct Detected {
  explicit Detected(Message sent) : message(std::move(sent)) {
    WeirdCounts weird;
    expand(message, Limits{}, weird);
    detectors().run(message, seen);
  }

  // The best sighting of a type; null when there is none.
  const Sighting* best(DataType type) const {
    const Sighting* found = nullptr;
    for (const Sighting& sighting : seen.sightings) {
      if (sighting.type == type && (found == nullptr || sighting.confidence > found->confidence)) {
        found = &sighting;
      }
    }
    return found;
  }
  std::string value(DataType type) const {
    const Sighting* found = best(type);
    return found == nullptr ? "" : found->value;
  }
  double confidence(DataType type) const {
    const Sighting* found = best(type);
    return found == nullptr ? 0 : found->confidence;
  }
  std::string location(DataType type) const {
    const Sighting* found = best(type);
    return found == nullptr ? "" : message.fields.location(found->field);
  }
  // Names of all types told, sorted, with spaces between.
  std::string types() const {
    std::set<std::string> names;
    for (const Sighting& sighting : seen.sightings) names.insert(std::string(name_of(sighting.type)));
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : " ") + name;
    return all;
  }

  Message message;
  Recorder seen;
};

// One row of a detector's table: a request and all types it must give, no more and no fewer.
struct Case {
  std::string_view name;
  std::string_view body;
  std::string_view types;
  std::string_view query = {};
  std::string_view media_type = {};
};

inline Detected detected(std::string_view body, std::string_view query = {},
                         std::string_view media_type = {}) {
  return Detected(MessageBuilder().query(query).body(body, media_type).take());
}

inline void expect_types(const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    const Detected seen = detected(row.body, row.query, row.media_type);
    EXPECT_EQ(seen.types(), row.types) << row.name;
  }
}

}  // namespace telltale::test
