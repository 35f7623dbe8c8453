// device_model: which model of phone, tablet, TV or computer sends.
//
// Rule: the key names a model, the value looks like a product name, and something says that a device is
// meant: device data beside it (OS, SIM, identifiers), a key that says so itself (deviceModel), or a value
// of a known line (SM-A536B). The model of a car, of an article in a shop or of a language model is none.
// From a User-Agent only what stands between "Android x;" and "Build/" or ")" is taken.
// Sources: Android Build.MODEL; RFC 9110 section 10.1.5; Chromium's User-Agent reduction (model "K").
//
//   key of its own (deviceModel, phone_model, ...)     0.9, 0.95 beside device data
//   "model" beside device data                         0.9
//   "model" alone, value of a known line               0.6
//   weak key (device, product, ...) beside device data, known line   0.65
//   User-Agent                                         0.6
//
// Blind spots: models of devices nobody mentions by name (a washing machine's "W1 Classic" alone).
#include <algorithm>

#include "sensor/base/char_set.h"
#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/known_names.h"
#include "sensor/detect/user_agent.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr CharSet kCodeSigns("{}<>=;@\\|$:");

bool may_be_model(std::string_view value) {
  if (value.size() < 2 || value.size() > 48 || is_placeholder(value)) return false;
  const bool has_letter = std::any_of(value.begin(), value.end(), [](char c) {
    return is_alpha(c) || static_cast<uint8_t>(c) >= 0x80;
  });
  const bool has_code_sign = kCodeSigns.find_in(value) != std::string_view::npos;
  const auto spaces = std::count(value.begin(), value.end(), ' ');
  const bool has_version_form = value.size() < 5 || value.find('.') != value.npos;  // V2111 is a phone of vivo
  const bool is_version = has_version_form && (value[0] | 0x20) == 'v' &&
                          value.find_first_not_of("0123456789.", 1) == value.npos;
  return has_letter && !is_version && !has_code_sign && spaces <= 6 && !is_uuid(value) &&
         value.find("://") == std::string_view::npos && !is_language_model(value) &&
         !is_package_name(value);
}

// A bare "model" may be anything's; longer names say whose.
bool says_device(std::string_view key) { return key.size() > 6 && !iequals(key, "model_name") &&
                                                !iequals(key, "modelname") && !iequals(key, "machine") && !iequals(key, "model_id"); }

// Under "cart" or "fits" it is an article's, unless a device is what stands nearest around it.
bool is_articles(const Content& content, const Group& group) {
  if (identifying_values(content, group) > 0) return false;
  if (group.families.has(KeyFamily::shop_context)) return true;
  if (!content.above(group).has(KeyFamily::shop_context)) return false;
  return nearest_context(content, group.container, {KeyFamily::device_holder, KeyFamily::device_context},
                         {KeyFamily::shop_context}) == Nearest::second;
}

bool is_another_things_model(const Content& content, const Group& group) {
  if (is_about(content, group, {KeyFamily::learning_context, KeyFamily::vehicle_context})) return true;
  if (is_articles(content, group) || differs_among_rows(content, group, KeyFamily::device_model)) return true;
  if (is_labels(content, group)) return true;
  const Item* brand = content.find(group, KeyFamily::device_brand);
  return brand != nullptr && is_car_maker(brand->value);
}

// "logistic_regression", "lorenz": a word in lower case is the name of a method, not of a product.
bool is_plain_word(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

// Device data that a shop's article does not have: more than a brand and a model.
int hard_evidence(const Content& content, const Group& group) {
  return device_evidence(content, group, {KeyFamily::device_model, KeyFamily::device_brand});
}

bool has_phone_brand(const Content& content, const Group& group) {
  const Item* brand = content.find(group, KeyFamily::device_brand);
  return brand != nullptr && is_phone_maker(brand->value);
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  const Group& group = content.group_of(item);
  const bool known_line = looks_like_device_model(item.value);
  // Beside identifiers a code such as JNY-LX1 under a key such as "md" is no other thing's.
  if (hit.strength == KeyStrength::weak && !known_line) return 0;
  if (is_of_a_document(content, item)) return 0;
  if (!may_be_model(item.value) || is_another_things_model(content, group)) return 0;
  if (names_itself(content, item, KeyFamily::device_model)) return 0;
  const bool has_brand = has_phone_brand(content, group);
  const int evidence = hard_evidence(content, group) + (has_brand ? 1 : 0);
  const bool sure_device = has_brand || identifying_values(content, group) > 0;
  if (is_plain_word(item.value) && !known_line && !sure_device) return 0;
  if (hit.strength == KeyStrength::weak) return evidence >= 1 ? 0.65 : 0;
  if (item.in_text && evidence == 0) return 0;
  if (says_device(item.key)) return evidence > 0 ? 0.95 : 0.9;
  if (evidence > 0) return 0.9;
  return known_line ? 0.6 : 0;
}

class DeviceModelDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    OneOfADevice models;
    for (const KeyHit& hit : content.hits(KeyFamily::device_model)) {
      const Item& item = content.item(hit);
      if (item.meaning.has(KeyFamily::user_agent)) continue;
      const double confidence = confidence_of(content, hit);
      if (confidence < kLeastConfidence) continue;
      std::string_view value = item.value;
      if (value.size() > 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);  // Sec-CH-UA-Model is a quoted string
      }
      models.add(content, item, sighting_of(DataType::device_model, confidence, item, std::string(value)));
    }
    models.tell_all(sink);
    for (const KeyHit& hit : content.hits(KeyFamily::user_agent)) {
      const Item& item = content.item(hit);
      const std::string_view model = model_in_user_agent(item.value);
      if (model.empty() || is_placeholder(model)) continue;
      tell(sink, sighting_of(DataType::device_model, 0.6, item, std::string(model)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_device_model_detector() {
  return std::make_unique<DeviceModelDetector>();
}

}  // namespace telltale
