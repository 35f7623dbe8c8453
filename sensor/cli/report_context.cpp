#include "sensor/cli/report_context.h"

#include <algorithm>
#include <filesystem>

#include "geoip/geo_lookup.h"
#include "sensor/base/digest.h"
#include "sensor/base/version.h"
#include "sensor/classify/classifier.h"

namespace telltale {
namespace {

ReportedFile reported_file(const std::string& path) {
  const auto digest = file_digest(path);
  if (!digest) return {path, {}, 0};
  return {path, digest->sha256, digest->bytes};
}

void add_configuration(const AuditOptions& options, ReportContext& context) {
  if (!options.policy.config.empty()) {
    context.configuration.push_back(reported_file(options.policy.config));
  }
  const std::vector<std::string> shipped = shipped_packs();
  for (const std::string& policy : options.policy.policies) {
    if (std::find(shipped.begin(), shipped.end(), policy) != shipped.end()) {
      context.policies.push_back(policy);
    } else {
      context.configuration.push_back(reported_file(policy));
    }
  }
}

}  // namespace

ReportContext report_context(const AuditOptions& options, const Config& config,
                             const SensorParts& parts, const std::vector<CaptureInfo>& captures,
                             const std::vector<std::string>& problems) {
  ReportContext context;
  context.sensor = config.sensor.name;
  context.version = kVersion;
  context.libraries = {{"nDPI", ndpi_library_version()}};
  context.rules = config.rules.size();
  context.masked = config.privacy.samples != SampleMode::clear;
  context.problems = problems;
  for (const CaptureInfo& capture : captures) {
    context.captures.push_back(
        {reported_file(capture.path), capture.packets, capture.first_ts, capture.last_ts});
  }
  for (const std::string& keys : config.tls.keylog) context.keys.push_back(reported_file(keys));
  for (const GeoDatabaseInfo& data : parts.geo().info()) {
    context.data.push_back({std::filesystem::path(data.path).filename().string(), data.type,
                            iso_day(data.built), data.licence});
  }
  add_configuration(options, context);
  return context;
}

}  // namespace telltale
