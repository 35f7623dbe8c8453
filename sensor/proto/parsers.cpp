// The registry: what parsers.inc lists.
#include <array>

#include "sensor/proto/parser.h"

namespace telltale {

#define PARSER(name) extern const ParserInfo name##_info;
#include "sensor/proto/parsers.inc"
PARSER(raw)
#undef PARSER

std::span<const ParserInfo* const> parsers() {
#define PARSER(name) &name##_info,
  static constexpr std::array kParsers = {
#include "sensor/proto/parsers.inc"
  };
#undef PARSER
  return kParsers;
}

const ParserInfo* find_parser(std::string_view name) {
  for (const ParserInfo* info : parsers()) {
    if (info->name == name) return info;
  }
  return nullptr;
}

const ParserInfo& raw_parser() { return raw_info; }

}  // namespace telltale
