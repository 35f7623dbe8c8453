// What a report says of the inputs, the configuration and the data of its audit.
#pragma once

#include <string>
#include <vector>

#include "sensor/capture/packet_source.h"
#include "sensor/cli/audit_run.h"
#include "sensor/pipeline/sensor_parts.h"
#include "sensor/report/report.h"

namespace telltale {

// Reads all files once more, for their SHA-256.
ReportContext report_context(const AuditOptions& options, const Config& config,
                             const SensorParts& parts, const std::vector<CaptureInfo>& captures,
                             const std::vector<std::string>& problems);

}  // namespace telltale
