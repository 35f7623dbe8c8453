// mac_address: the address of one of the device's own network interfaces.
//
// Rule: the key names a MAC (bssid and the like are another family) and the value is a unicast EUI-48 that
// is none of the constants that stand for "not told". A MAC beside a signal strength or an SSID is an
// access point's, and in a list of neighbours or of many rows somebody else's.
// Sources: IEEE 802-2014 section 8.2 (group and local bits); Android 6.0 changes (02:00:00:00:00:00).
//
//   strong key, made by a vendor (universal)      0.93
//   strong key, locally administered              0.85 (randomised per network, still the device's)
//   strong key, a hash                            0.6
//   weak key beside device data, with separators  0.6
//   three to seven rows                           0.6 (interfaces of one machine, or several machines)
//
// Blind spots: an inventory of eight or more interfaces; the MAC of the router under the key "mac".
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

bool is_access_point(const Content& content, const Group& group) {
  if (group.families.has(KeyFamily::bssid)) return false;  // then this is the other one
  if (content.above(group).has(KeyFamily::wifi_container) && rows_beside(content, group) >= 2) {
    return true;
  }
  return group.families.has(KeyFamily::ssid) && group.families.has(KeyFamily::signal);
}

// 32 hex digits or more under "mac" are mostly a message authentication code: the key must say that it is a
// hash, or a device must stand beside and nothing of a cipher.
bool is_hash_of_mac(const Content& content, const Item& item) {
  if (!is_hash_shape(item.value) || is_placeholder(item.value)) return false;
  const std::string key = ascii_lower(item.key);
  for (const std::string_view word : {"md5", "sha", "hash"}) {
    if (key.find(word) != std::string::npos) return true;
  }
  bool cipher = false;
  for_each_item(content, content.group_of(item), [&](const Item& other) {
    for (const std::string_view word : {"iv", "nonce", "ciphertext", "payload", "tag", "alg", "kid", "salt", "sig",
                                        "signature", "ct", "hmac", "digest", "key_id", "keyid"}) {
      cipher = cipher || iequals(other.key, word);
    }
  });
  return !cipher && evidence_beside(content, item) > 0;
}

class MacAddressDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::mac_address)) {
      const Item& item = content.item(hit);
      const Group& group = content.group_of(item);
      if (item.meaning.has(KeyFamily::bssid) || is_access_point(content, group)) continue;
      if (content.above(group).has_any({KeyFamily::neighbour_context, KeyFamily::wifi_container}) &&
          !group.families.has(KeyFamily::bssid) && rows_beside(content, group) >= 2) {
        continue;
      }
      double confidence = confidence_of(content, hit);
      const uint32_t rows = rows_beside(content, group);
      if (rows >= 8) continue;
      if (rows >= 3) confidence = std::min(confidence, 0.6);
      const auto mac = parse_device_mac(item.value);
      tell(sink, sighting_of(DataType::mac_address, confidence, item,
                             mac ? mac->to_string() : ascii_lower(item.value)));
    }
  }

 private:
  static double confidence_of(const Content& content, const KeyHit& hit) {
    const Item& item = content.item(hit);
    const auto mac = parse_device_mac(item.value);
    if (hit.strength == KeyStrength::strong) {
      if (mac) return mac->is_local() ? 0.85 : 0.93;
      return is_hash_of_mac(content, item) ? 0.6 : 0;
    }
    const bool beside = evidence_beside(content, item) > 0;
    return mac && beside && item.value.size() == 17 ? 0.6 : 0;
  }
};

}  // namespace

std::unique_ptr<const Detector> make_mac_address_detector() {
  return std::make_unique<MacAddressDetector>();
}

}  // namespace telltale
