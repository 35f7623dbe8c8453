#include "geoip/mmdb_values.h"

#include <fmt/format.h>

#include "geoip/geo_error.h"

namespace telltale {
namespace {

constexpr int kDepthOfSkip = 64;  // callers have checked that values are not nested so deep

uint64_t big_endian(Bytes bytes) {
  uint64_t value = 0;
  for (const uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

MmdbHead pointer_head(Bytes section, size_t at, uint8_t control) {
  constexpr size_t kFirst[] = {0, 2048, 526'336, 0};
  const size_t form = control >> 3 & 3;
  const size_t bytes = form + 1;
  if (section.size() - at < bytes) throw GeoError("its data ends inside a value");
  uint64_t offset = big_endian(section.subspan(at, bytes));
  if (form < 3) offset += (uint64_t{control & 7U} << (8 * bytes)) + kFirst[form];
  if (offset >= section.size()) throw GeoError("its data points outside of the file");
  return {MmdbType::pointer, offset, at + bytes};
}

size_t skip(Bytes section, size_t at, int depth) {
  const MmdbHead head = mmdb_head(section, at);
  if (head.type == MmdbType::pointer) return head.content;
  if (head.type != MmdbType::map && head.type != MmdbType::list) {
    return head.content + mmdb_scalar_bytes(section, head);
  }
  if (depth == 0) throw GeoError("its data is nested too deep");
  at = head.content;
  const size_t values = head.type == MmdbType::map ? 2 * head.size : head.size;
  for (size_t i = 0; i < values; ++i) at = skip(section, at, depth - 1);
  return at;
}

MmdbHead followed(Bytes section, MmdbHead head) {
  return head.type == MmdbType::pointer ? mmdb_head(section, head.size) : head;
}

}  // namespace

MmdbHead mmdb_head(Bytes section, size_t at) {
  const auto need = [&](size_t bytes) {
    if (at > section.size() || section.size() - at < bytes) {
      throw GeoError("its data ends inside a value");
    }
  };
  need(1);
  const uint8_t control = section[at++];
  auto type = static_cast<MmdbType>(control >> 5);
  if (type == MmdbType::pointer) return pointer_head(section, at, control);
  if (type == MmdbType::extended) {
    need(1);
    const int extended = section[at++] + 7;
    if (extended <= static_cast<int>(MmdbType::map) ||
        extended > static_cast<int>(MmdbType::real32)) {
      throw GeoError(fmt::format("its data has a value of the unknown type {}", extended));
    }
    type = static_cast<MmdbType>(extended);
  }
  size_t size = control & 0x1f;
  if (size >= 29) {
    constexpr size_t kFirst[] = {29, 285, 65'821};
    const size_t form = size - 29;
    need(form + 1);
    size = kFirst[form] + big_endian(section.subspan(at, form + 1));
    at += form + 1;
  }
  return {type, size, at};
}

size_t mmdb_scalar_bytes(Bytes section, const MmdbHead& head) {
  size_t most = SIZE_MAX;
  size_t least = 0;
  switch (head.type) {
    case MmdbType::flag:
      if (head.size > 1) throw GeoError("its data has a flag that is neither true nor false");
      return 0;
    case MmdbType::real64:
      most = least = 8;
      break;
    case MmdbType::real32:
      most = least = 4;
      break;
    case MmdbType::number16:
      most = 2;
      break;
    case MmdbType::number32:
    case MmdbType::signed32:
      most = 4;
      break;
    case MmdbType::number64:
      most = 8;
      break;
    case MmdbType::number128:
      most = 16;
      break;
    case MmdbType::text:
    case MmdbType::bytes:
      break;
    default:
      throw GeoError("its data has a value of a type that has none");
  }
  if (head.size < least || head.size > most) {
    throw GeoError(
        fmt::format("its data has a number of {} bytes, which its type cannot have", head.size));
  }
  if (head.content > section.size() || section.size() - head.content < head.size) {
    throw GeoError("its data ends inside a value");
  }
  return head.size;
}

std::optional<uint64_t> mmdb_number(Bytes section, const MmdbHead& map, std::string_view key) {
  size_t at = map.content;
  for (size_t i = 0; i < map.size; ++i) {
    const MmdbHead name = followed(section, mmdb_head(section, at));
    const size_t value = skip(section, at, kDepthOfSkip);
    at = skip(section, value, kDepthOfSkip);
    if (name.size > section.size() - name.content) throw GeoError("its data ends inside a value");
    if (as_text(section.subspan(name.content, name.size)) != key) continue;
    const MmdbHead head = followed(section, mmdb_head(section, value));
    if (head.type != MmdbType::number16 && head.type != MmdbType::number32 &&
        head.type != MmdbType::number64) {
      return std::nullopt;
    }
    return big_endian(section.subspan(head.content, mmdb_scalar_bytes(section, head)));
  }
  return std::nullopt;
}

}  // namespace telltale
