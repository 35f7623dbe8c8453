#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <simdjson.h>

#include "sensor/report/compare.h"
#include "sensor/report/report.h"

namespace telltale {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::string text_at(element from, std::string_view pointer) {
  std::string_view text;
  return from.at_pointer(pointer).get(text) == simdjson::SUCCESS ? std::string(text)
                                                                 : std::string();
}

uint64_t number_at(element from, std::string_view pointer) {
  uint64_t number = 0;
  return from.at_pointer(pointer).get(number) == simdjson::SUCCESS ? number : 0;
}

ToldRow row_of(element row) {
  return {.device = text_at(row, "/device/id"),
          .device_name = text_at(row, "/device/name"),
          .type = text_at(row, "/type"),
          .host = text_at(row, "/destination/hostname"),
          .country = text_at(row, "/destination/country"),
          .operator_country = text_at(row, "/destination/operator_country"),
          .trust = text_at(row, "/destination/trust"),
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
