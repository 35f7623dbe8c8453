// android_id: Settings.Secure.ANDROID_ID, 64 random bits written in hexadecimal.
//
// Rule: the key names it (config/keys/identifiers.yaml, android_id) and the value is 13 to 16 hex digits
// (Android drops leading zeros) with at least one letter; or a general key (device_id) does and the value
// is exactly 16 lower-case digits. A hash under a strong key is told as well, at a lower confidence.
// Source: Android reference, Settings.Secure.ANDROID_ID; 9774d56d682e549c is the constant of a bug in
// Android 2.2.
//
//   strong key                                    0.95
//   strong key, a hash (MD5, SHA-1, SHA-256)      0.6
//   weak or general key beside device data        0.75
//   strong general key (device_id) alone          0.55
//
// Blind spots: a 16-digit identifier of another maker under device_id; ids written in decimal.
#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool has_letter(std::string_view hex) {
  for (const char c : hex) {
    if (!is_digit(c)) return true;
  }
  return false;
}

bool is_android_id(std::string_view value) {
  if (value.size() < 13 || value.size() > 16 || !is_all_hex(value) || !has_letter(value)) return false;
  return !is_placeholder(value) && !iequals(value, "9774d56d682e549c") &&
         !iequals(value, "dead00beef00cafe");
}

bool is_lower_case(std::string_view hex) {
  for (const char c : hex) {
    if (c >= 'A' && c <= 'F') return false;
  }
  return true;
}

class AndroidIdDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::android_id)) {
      const Item& item = content.item(hit);
      if (hit.strength == KeyStrength::strong && is_hash_shape(item.value) &&
          !is_placeholder(item.value)) {
        tell(sink, sighting_of(DataType::android_id, 0.6, item, ascii_lower(item.value)));
      } else if (is_android_id(item.value)) {
        const bool strong = hit.strength == KeyStrength::strong;
        tell_if(content, sink, item, strong ? 0.95 : 0.0);
      }
    }
    for (const KeyHit& hit : content.hits(KeyFamily::generic_id)) {
      const Item& item = content.item(hit);
      if (item.meaning.has(KeyFamily::android_id) || item.value.size() != 16) continue;
      if (!is_android_id(item.value) || !is_lower_case(item.value)) continue;
      tell_if(content, sink, item, hit.strength == KeyStrength::strong ? 0.55 : 0.0);
    }
  }

 private:
  // With no sureness of its own, the value needs device data beside it.
  static void tell_if(const Content& content, SightingSink& sink, const Item& item, double alone) {
    const bool beside = evidence_beside(content, item) > 0;
    const double confidence = alone > 0.9 ? alone : beside ? 0.75 : alone;
    tell(sink, sighting_of(DataType::android_id, confidence, item, ascii_lower(item.value)));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_android_id_detector() {
  return std::make_unique<AndroidIdDetector>();
}

}  // namespace telltale
