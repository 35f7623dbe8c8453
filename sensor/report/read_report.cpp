#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "sensor/base/json_members.h"
#include "sensor/report/compare.h"
#include "sensor/report/report.h"

namespace telltale {
namespace {

using simdjson::dom::element;

ToldRow row_of(element row) {
  return {.device = std::string(text_at(row, "/device/id")),
          .device_name = std::string(text_at(row, "/device/name")),
          .type = std::string(text_at(row, "/type")),
          .host = std::string(text_at(row, "/destination/hostname")),
          .country = std::string(text_at(row, "/destination/country")),
          .operator_country = std::string(text_at(row, "/destination/operator_country")),
          .trust = std::string(text_at(row, "/destination/trust")),
          .findings = number_at(row, "/findings"),
          .in_clear = number_at(row, "/in_clear")};
}

}  // namespace

ReadReport read_report(const std::string& path) {
  simdjson::dom::parser parser;
  element root;
  const auto failed = parser.load(path).get(root);
  if (failed == simdjson::IO_ERROR) {
    throw ReportError(fmt::format("{}: cannot be read: {}", path,
                                  errno != 0 ? std::strerror(errno) : "no such file"));
  }
  uint64_t version = 0;
  simdjson::dom::array rows;
  if (failed != simdjson::SUCCESS ||
      root.at_pointer("/telltale_report").get(version) != simdjson::SUCCESS || version != 1 ||
      root.at_pointer("/exchanges").get(rows) != simdjson::SUCCESS) {
    throw ReportError(
        fmt::format("{}: is no report; telltale audit CAPTURE --report "
                    "FILE.json writes one",
                    path));
  }
  ReadReport report;
  for (const element row : rows) report.rows.push_back(row_of(row));
  report.bytes_out = number_at(root, "/coverage/bytes_out");
  report.bytes_read = number_at(root, "/coverage/clear") + number_at(root, "/coverage/decrypted");
  return report;
}

}  // namespace telltale
