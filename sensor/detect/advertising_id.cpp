// advertising_id: the identifier that advertising and analytics follow a device by: GAID, IDFA, IDFV, OAID,
// and those of TVs.
//
// Rule: a UUID that is not zero (zero says "opted out") under a key that names it; OAIDs also come as 16, 32
// or 64 hex digits. Under weak keys (aid, udid, dpid) a UUID needs device data beside it. What a request or a
// session is numbered with is a UUID too: keys without any such name never count.
// Sources: Android AdvertisingIdClient; Apple ASIdentifierManager; OpenRTB 2.6 section 3.2.18 (ifa); the
// Mobile Security Alliance's OAID specification.
//
//   strong key, UUID                              0.95
//   strong key, 16, 32, 40 or 64 hex digits       0.75
//   weak key, UUID, beside device data            0.7
//
// Blind spots: device ids that an app makes itself, which serve the same purpose.
#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool is_hex_id(std::string_view value) {
  return (is_hash_shape(value) || value.size() == 16) && is_all_hex(value) && !is_placeholder(value) &&
         !is_all_digits(value);
}

double confidence_of(const Content& content, const KeyHit& hit) {
  const Item& item = content.item(hit);
  if (hit.strength == KeyStrength::strong) {
    if (is_uuid(item.value)) return 0.95;
    return is_hex_id(item.value) && !item.meaning.is_strong(KeyFamily::android_id) ? 0.75 : 0;
  }
  if (!is_uuid(item.value)) return 0;
  return evidence_beside(content, item) > 0 ? 0.7 : 0;
}

class AdvertisingIdDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::advertising_id)) {
      const Item& item = content.item(hit);
      tell(sink, sighting_of(DataType::advertising_id, confidence_of(content, hit), item,
                             ascii_lower(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_advertising_id_detector() {
  return std::make_unique<AdvertisingIdDetector>();
}

}  // namespace telltale
