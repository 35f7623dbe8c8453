// The contract of a detector: const and stateless, it looks at the Content of one message and says what
// sensitive data is in it, with evidence.
//
// To add one: a file that defines a class derived from Detector and its make_NAME_detector(), its test, its
// key names in config/keys/*.yaml, and a line DETECTOR(name) in detectors.inc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/weird.h"
#include "sensor/detect/content.h"
#include "sensor/model/message.h"
#include "sensor/model/taxonomy.h"

namespace telltale {

// One sighting of one type. Evidence is every field without which it would not have been told.
struct Sighting {
  DataType type = DataType::imei;
  double confidence = 0;
  FieldId field = kNoField;        // where: its location and encodings are reported
  std::vector<FieldId> evidence;   // the others that were needed; the last frame of all is reported
  std::string value;               // normalised: masked for the sample, keyed-hashed for the fingerprint
  uint32_t count = 1;              // entries of a list
  std::vector<std::string> encodings;  // within the field, outermost first: how a known value stood there
  std::string owner;               // whose known value it is
  std::string hint;                // a masked sample, where the value itself is not known
};

// A piece of something that only counts when enough different ones were seen in one flow, such as the
// people of a contact list that is sent one request each.
struct Piece {
  DataType type = DataType::contact_list;
  uint64_t identity = 0;           // equal for the same piece seen again
  Sighting sighting;               // what is told once enough pieces are together
};

class SightingSink {
 public:
  virtual ~SightingSink() = default;
  virtual void on_sighting(Sighting&& sighting) = 0;
  virtual void on_piece(Piece&& piece) = 0;
  virtual void on_weird(Weird /*weird*/) {}
};

class Detector {
 public:
  virtual ~Detector() = default;
  virtual void detect(const Content& content, SightingSink& sink) const = 0;
};

}  // namespace telltale
