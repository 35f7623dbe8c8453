#include "sensor/detect/context.h"

#include <utility>

namespace telltale {

namespace {

constexpr int kLevelsAround = 3;

const KeyFamilies& device_data() {
  static const KeyFamilies kFamilies = {
      KeyFamily::imei,          KeyFamily::imsi,           KeyFamily::iccid,
      KeyFamily::android_id,    KeyFamily::advertising_id, KeyFamily::mac_address,
      KeyFamily::serial_number, KeyFamily::device_model,   KeyFamily::device_brand,
      KeyFamily::carrier_name,  KeyFamily::mcc,            KeyFamily::mnc,
      KeyFamily::sim_operator,  KeyFamily::device_context};
  return kFamilies;
}

// Families of the groups around, and of the keys they stand under.
KeyFamilies around(const Content& content, const Group& group) {
  KeyFamilies seen = content.above(group);
  const Group* outer = content.outer(group);
  for (int levels = 1; outer != nullptr && levels < kLevelsAround; ++levels) {
    seen.add(outer->strong);
    outer = content.outer(*outer);
  }
  return seen;
}

}  // namespace

int device_evidence(const Content& content, const Group& group, const KeyFamilies& except) {
  KeyFamilies seen = around(content, group);
  seen.add(group.strong);
  seen.remove(except);
  return seen.count_of(device_data());
}

int evidence_beside(const Content& content, const Item& item) {
  const Group& group = content.group_of(item);
  KeyFamilies own = item.meaning.families();
  own.remove(group.repeated);  // another item says it, too
  KeyFamilies seen = group.strong;
  seen.remove(own);
  seen.add(around(content, group));
  return seen.count_of(device_data());
}

uint32_t rows_beside(const Content& content, const Group& group) {
  return group.in_text ? 1 : content.rows_in(group.list);
}

Sighting sighting_of(DataType type, double confidence, const Item& item, std::string value) {
  Sighting sighting;
  sighting.type = type;
  sighting.confidence = confidence;
  sighting.field = item.field;
  sighting.value = std::move(value);
  return sighting;
}

void tell(SightingSink& sink, Sighting&& sighting) {
  if (sighting.confidence >= kLeastConfidence) sink.on_sighting(std::move(sighting));
}

}  // namespace telltale
