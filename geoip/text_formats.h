// The text formats in which open geography data is published: one line is one range of addresses.
//
// A format is a function that reads the fields of a line, and a row in the table at the end of
// text_formats.cpp. Which format a file has is found by trying them all on its first lines.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geoip/geo_record.h"
#include "sensor/base/ip_address.h"

namespace telltale {

struct GeoLine {
  IpAddress first;
  IpAddress last;
  GeoRecord record;
};

enum class LineKind { range, nothing, bad };  // nothing: a sound line that tells no fact

using Fields = std::vector<std::string_view>;

struct GeoTextFormat {
  std::string_view name;
  char separator;
  std::string_view publisher;
  std::string_view licence;
  LineKind (*read)(const Fields& fields, GeoLine& line);
};

// The most particular first.
std::span<const GeoTextFormat> geo_text_formats();

// Fields of a line; comma-separated ones may stand in double quotes ("" for one). `storage` keeps
// what had to be rewritten and must live as long as the fields.
void split_fields(std::string_view line, char separator, Fields& fields, std::string& storage);

}  // namespace telltale
