// Open data of any bytes: IPFire's binary database, and lines of every text format. Ranges never go
// backwards, and what was read can be built and read back.
#include <cstdlib>
#include <string>

#include "geoip/geo_build.h"
#include "geoip/geo_error.h"
#include "geoip/mmdb_file.h"
#include "geoip/text_formats.h"

namespace {

void build(std::vector<telltale::GeoLayer> layers) {
  for (const telltale::GeoRange& range : layers[0].ranges) {
    if (range.last < range.first || range.first.is_v4() != range.last.is_v4()) std::abort();
  }
  if (layers[0].ranges.size() > 200) return;  // slow, and nothing new
  for (const telltale::BuiltDatabase& database : telltale::build_geo_databases(layers)) {
    telltale::parse_geo_database(telltale::as_bytes(database.bytes), "built");
  }
}

telltale::GeoLayer lines(std::string_view text) {
  telltale::GeoLayer layer;
  telltale::Fields fields;
  std::string storage;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    for (const telltale::GeoTextFormat& format : telltale::geo_text_formats()) {
      telltale::split_fields(text.substr(at, end - at), format.separator, fields, storage);
      telltale::GeoLine line;
      if (format.read(fields, line) != telltale::LineKind::range) continue;
      layer.ranges.push_back({line.first, line.last, static_cast<uint32_t>(layer.facts.size())});
      layer.facts.push_back(line.record);
    }
    at = end + 1;
  }
  return layer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = telltale::as_text({data, size});
  if (!telltale::is_location_db(text)) {
    build({lines(text)});
    return 0;
  }
  try {
    telltale::GeoLayer layer = telltale::parse_location_db(text);
    // A range of IPv6 may hold all of IPv4 there.
    std::erase_if(layer.ranges, [](const telltale::GeoRange& range) {
      return range.first.is_v4() != range.last.is_v4();
    });
    build({std::move(layer)});
  } catch (const telltale::GeoError&) {
  }
  return 0;
}
