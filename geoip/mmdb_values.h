// The head of a value in an MMDB data section, read with its bounds: "Data Section Separator" and
// "Output Data Section" of https://maxmind.github.io/MaxMind-DB/. Everything throws GeoError.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sensor/base/bytes.h"

namespace telltale {

enum class MmdbType : uint8_t {
  extended = 0,
  pointer = 1,
  text = 2,
  real64 = 3,
  bytes = 4,
  number16 = 5,
  number32 = 6,
  map = 7,
  signed32 = 8,
  number64 = 9,
  number128 = 10,
  list = 11,
  container = 12,
  end = 13,
  flag = 14,
  real32 = 15
};

struct MmdbHead {
  MmdbType type = MmdbType::end;
  size_t size = 0;     // bytes, entries, the value of a flag, or the offset a pointer points to
  size_t content = 0;  // offset of what follows the head
};

MmdbHead mmdb_head(Bytes section, size_t at);

// How many bytes the content of a value other than a map, list or pointer takes; checks that they
// are there and that its type can have that size.
size_t mmdb_scalar_bytes(Bytes section, const MmdbHead& head);

// The unsigned number under `key` in a map of a section whose values are sound.
std::optional<uint64_t> mmdb_number(Bytes section, const MmdbHead& map, std::string_view key);

}  // namespace telltale
