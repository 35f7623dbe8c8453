// What all shards share: made once at start-up from the configuration, immutable afterwards.
#pragma once

#include <memory>

#include "config/config.h"
#include "geoip/geo_lookup.h"
#include "sensor/detect/detector_set.h"
#include "sensor/detect/known_values.h"
#include "sensor/policy/alerts.h"
#include "sensor/policy/catalogue_index.h"
#include "sensor/policy/rules.h"
#include "sensor/policy/trust.h"
#include "sensor/tls/key_store.h"

namespace telltale {

struct SensorContext {
  const Config& config;
  const Limits& limits;
  const GeoDatabases& geo;
  const TrustPolicy& trust;
  const CatalogueIndex& catalogue;
  const RuleSet& rules;
  const DetectorSet& detectors;
  const KnownValues& known_values;
  std::shared_ptr<const KeyStore> keys;
  AlertTelling alert_telling = AlertTelling::when_over;  // a live sensor tells at once
};

}  // namespace telltale
