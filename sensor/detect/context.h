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

// Are the values of the group names for what its keys hold ({"email": "E-Mail", "model": "Modell"}): the texts
// of a translation, a form's labels, a schema?
bool is_labels(const Content& content, const Group& group);

// Does `item` say what it holds instead of holding it (a value that is itself a key name of `family`)?
bool names_itself(const Content& content, const Item& item, KeyFamily family);

// Is the group a row among others of its list that have another value of `family`: a catalogue or a fleet,
// not this device?
bool differs_among_rows(const Content& content, const Group& group, KeyFamily family);

// Which of two kinds of context the nearest container that says anything is of.
enum class Nearest { none, first, second };
Nearest nearest_context(const Content& content, FieldId id, const KeyFamilies& first,
                        const KeyFamilies& second);

// Values in the group, and around it, that only a device has, whatever their keys say: an IMEI, an IMSI or
// ICCID, a UUID under the key of an advertising id, a MAC, an Android id.
int identifying_values(const Content& content, const Group& group);

// Sightings of what a device has one of (its model). Where a message gives four different ones or
// more, it speaks of models, not of its sender's: then only those are told that stand beside
// something that identifies a device, or beside several kinds of device data.
class OneOfADevice {
 public:
  void add(const Content& content, const Item& item, Sighting&& sighting);
  void tell_all(SightingSink& sink);

 private:
  struct Candidate {
    Sighting sighting;
    bool is_identified = false;
  };
  std::vector<Candidate> candidates_;
};

// Is the item a word of a long document rather than a value somebody sends? Found in its free text, with
// nothing beside it that identifies a device.
bool is_of_a_document(const Content& content, const Item& item);

// Is the group one of several numbers of somebody, an object in a list called "phones"?
bool is_in_phones(const Content& content, const Group& group);

// How many rows of its kind the group is one of; 1 when it is not in a list.
uint32_t rows_beside(const Content& content, const Group& group);

// A sighting of one value where it stands.
Sighting sighting_of(DataType type, double confidence, const Item& item, std::string value);

// Tells it, unless it is too unsure to be told.
void tell(SightingSink& sink, Sighting&& sighting);

inline constexpr double kLeastConfidence = 0.5;

}  // namespace telltale
