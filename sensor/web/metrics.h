// What a monitoring system asks for: counters of the sensor in the text format of Prometheus
// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sensor/web/dashboard.h"

namespace telltale {

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// `stats` is the newest stats event (a JSON line), written each minute; empty where there is none
// yet, and then only what does not come from it is told.
std::string metrics_text(std::string_view stats,
                         const std::vector<DashboardHost::Interface>& interfaces);

}  // namespace telltale
