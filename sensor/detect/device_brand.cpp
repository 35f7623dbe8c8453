// device_brand: who made the device that sends.
//
// Rule: the key names a brand or maker, and the value is a known maker of phones, TVs or computers, or a
// plausible short name beside hard device data (OS, SIM, identifiers; a model alone is not enough, shops have
// those too). Makers of printers, players, appliances are known beside such data only. Brands of cars and of articles in a shop are none.
// Source: Android Build.BRAND and Build.MANUFACTURER.
//
//   known maker beside device data              0.95
//   known maker, key of its own (phoneBrand)    0.9
//   known maker, "brand" alone                  0.55
//   unknown maker beside hard device data       0.8
//   weak key (make, vendor), known maker, device data   0.8
//
// Blind spots: white-label devices that tell nothing but their brand.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/name_lists.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool may_be_brand(std::string_view value) {
  if (value.size() < 2 || value.size() > 32 || is_placeholder(value)) return false;
  const auto is_sign = [](char c) {
    return !is_alpha(c) && !is_digit(c) && c != ' ' && c != '-' && c != '.' && c != '&' && c != '_' &&
           c != ',' && static_cast<uint8_t>(c) < 0x80;
  };
  const bool has_letter = std::any_of(value.begin(), value.end(), [](char c) {
    return is_alpha(c) || static_cast<uint8_t>(c) >= 0x80;
  });
  return has_letter && std::none_of(value.begin(), value.end(), is_sign) && count_digits(value) <= 4;
}

// Beside the brand and the model: what only a device has.
int hard_evidence(const Content& content, const Group& group) {
  return device_evidence(content, group, {KeyFamily::device_model, KeyFamily::device_brand});
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  const Group& group = content.group_of(item);
  if (is_of_a_document(content, item)) return 0;
  if (!may_be_brand(item.value) || is_car_maker(item.value)) return 0;
  if (is_about(content, group, {KeyFamily::vehicle_context, KeyFamily::learning_context})) return 0;
  if (group.families.has(KeyFamily::shop_context) && identifying_values(content, group) == 0) return 0;
  if (differs_among_rows(content, group, KeyFamily::device_model)) return 0;
  if (differs_among_rows(content, group, KeyFamily::device_brand) || is_labels(content, group)) return 0;
  if (content.above(group).has(KeyFamily::shop_context) && identifying_values(content, group) == 0 &&
      nearest_context(content, group.container, {KeyFamily::device_holder, KeyFamily::device_context},
                      {KeyFamily::shop_context}) == Nearest::second) {
    return 0;
  }
  const bool is_things = names::thing_makers.has(item.value) && hard_evidence(content, group) > 0;
  const bool known = is_phone_maker(item.value) || is_things;
  if (!known && names_itself(content, item, KeyFamily::device_brand)) return 0;
  const int hard = hard_evidence(content, group);
  const Item* model = content.find(group, KeyFamily::device_model);
  const bool has_model = model != nullptr && model->field != item.field;
  if (hit.strength == KeyStrength::weak) return known && hard + has_model > 0 ? 0.8 : 0;
  if (item.in_text && hard == 0) return 0;
  if (!known) return hard > 0 ? 0.8 : 0;
  if (hard > 0 || has_model) return 0.95;
  return item.key.size() > 6 && !iequals(item.key, "manufacturer") ? 0.9 : 0.55;
}

class DeviceBrandDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    OneOfADevice brands;
    for (const KeyHit& hit : content.hits(KeyFamily::device_brand)) {
      const Item& item = content.item(hit);
      brands.add(content, item,
                 sighting_of(DataType::device_brand, confidence_of(content, hit), item, std::string(item.value)));
    }
    brands.tell_all(sink);
  }
};

}  // namespace

std::unique_ptr<const Detector> make_device_brand_detector() {
  return std::make_unique<DeviceBrandDetector>();
}

}  // namespace telltale
