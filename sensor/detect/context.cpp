#include "sensor/detect/context.h"

#include <utility>

namespace telltale {

int device_evidence(const Content& content, const Group& group, KeyFamily besides) {
  static const KeyFamilies kDeviceData = {
      KeyFamily::imei,         KeyFamily::imsi,         KeyFamily::iccid,
      KeyFamily::android_id,   KeyFamily::advertising_id, KeyFamily::mac_address,
      KeyFamily::serial_number, KeyFamily::device_model, KeyFamily::device_brand,
      KeyFamily::carrier_name, KeyFamily::mcc,          KeyFamily::mnc,
      KeyFamily::sim_operator, KeyFamily::device_context};
  KeyFamilies seen;
  const Group* around = &group;
  for (int levels = 0; around != nullptr && levels < 3; ++levels) {
    seen.add(around->families);
    around = content.outer(*around);
  }
  seen.add(content.above(group));
  KeyFamilies asked;
  asked.add(besides);
  return seen.count_of(kDeviceData) - (kDeviceData.has(besides) ? seen.count_of(asked) : 0);
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
