// KnownValues: the values a user listed or put into a vault, and each device's own MAC address and
// host name, wherever they stand in a message.
//
// Forms (known_forms.h) are hashed into an index (known_index.h) once; one scan (known_scan.h) over
// the leaves of a message finds them. A hit says that the value is there, whatever its key: its
// confidence is that of an exact match.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/config.h"
#include "sensor/base/ip_address.h"
#include "sensor/detect/detector.h"
#include "sensor/detect/known_index.h"
#include "sensor/detect/known_scan.h"

namespace telltale {

class Vault;

class KnownValues {
 public:
  // `vault` may be null. Without one the forms are hashed under `secret`.
  KnownValues(const std::vector<KnownValue>& values, const Vault* vault, std::string_view secret);

  // What is told of `own` (may be null) holds for messages of that device only; it must be made by
  // own_index().
  void run(const Message& message, const KnownIndex* own, SightingSink& sink) const;
  // The index of a device: its own MAC address (zero: not known) and what it calls itself. Null
  // when there is nothing to look for.
  std::unique_ptr<const KnownIndex> own_index(const MacAddress& mac,
                                              std::string_view host_name) const;

  size_t forms() const { return index_.size(); }

 private:
  KnownIndex index_;
};

}  // namespace telltale
