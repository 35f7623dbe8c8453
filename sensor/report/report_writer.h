// The forms a report can be written in. To add one: a file with its function, a line in
// formats.inc.
#pragma once

#include <string>
#include <string_view>

#include "sensor/report/report.h"

namespace telltale {

// Each gives the whole text of a report.
#define FORMAT(ending, function, words) \
  std::string function(const AuditReport& report, const ReportContext& context);
#include "sensor/report/formats.inc"
#undef FORMAT

// "html, json, csv or sarif"
std::string report_endings();
// Writes a report in the form that the ending of `path` says, whole or not at all. Throws
// ReportError.
void write_report(const std::string& path, const AuditReport& report, const ReportContext& context);
// Throws ReportError where `path` has none of the endings.
void check_report_path(const std::string& path);

}  // namespace telltale
