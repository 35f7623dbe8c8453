#include "sensor/base/json_text.h"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "sensor/base/encoding.h"

namespace telltale {

std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (const char c : to_valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

void JsonText::real(double value) {
  if (!std::isfinite(value)) return null();
  json(fmt::format("{}", value));
}

}  // namespace telltale
