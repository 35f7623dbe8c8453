#include "sensor/report/report_writer.h"

#include <fmt/format.h>

#include "sensor/base/replace_file.h"

namespace telltale {
namespace {

struct Format {
  std::string_view ending;
  std::string (*write)(const AuditReport&, const ReportContext&);
};

constexpr Format kFormats[] = {
#define FORMAT(ending, function, words) {ending, function},
#include "sensor/report/formats.inc"
#undef FORMAT
};

const Format& format_of(const std::string& path) {
  for (const Format& format : kFormats) {
    if (path.ends_with("." + std::string(format.ending))) return format;
  }
  throw ReportError(
      fmt::format("--report {}: a report is written as {}, by the ending "
                  "of its name",
                  path, report_endings()));
}

}  // namespace

std::string report_endings() {
  std::string all;
  for (size_t i = 0; i < std::size(kFormats); ++i) {
    all += i == 0 ? "" : i + 1 == std::size(kFormats) ? " or " : ", ";
    all += kFormats[i].ending;
  }
  return all;
}

void check_report_path(const std::string& path) { format_of(path); }

void write_report(const std::string& path, const AuditReport& report,
                  const ReportContext& context) {
  const std::string text = format_of(path).write(report, context);
  const std::string reason = replace_file(path, text, 0644);
  if (!reason.empty()) {
    throw ReportError(fmt::format("--report {}: cannot be written: {}", path, reason));
  }
}

}  // namespace telltale
