#include "geoip/mmdb_image.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "geoip/geo_error.h"
#include "geoip/mmdb_values.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kMarker = "\xab\xcd\xefMaxMind.com";
constexpr size_t kMarkerWithin = 128 * 1024;  // of the end of the file, says the specification
constexpr size_t kSeparator = 16;
constexpr int kIpv4Depth = 96;
constexpr size_t kMaxKeys = 256;
constexpr uint64_t kLastEpoch = 4'000'000'000;  // in the year 2096

}  // namespace

// Follows values of one section and remembers which are sound.
class MmdbImage::ValueCheck {
 public:
  ValueCheck(Bytes section, MmdbImage* keys_to)
      : section_(section),
        keys_to_(keys_to),
        values_left_(1'000'000 + 4 * section.size()),
        heights_(section.size(), kUnknown) {}

  // Of the value at an offset that something points to: how deep it is nested.
  int value_at(size_t offset, int depth) {
    if (offset >= section_.size()) throw GeoError("its data points outside of the file");
    const int known = heights_[offset];
    if (known == kOpen) throw GeoError("its data points at itself");
    if (known != kUnknown) {
      if (depth + known > kMaxNesting) too_deep();
      return known;
    }
    heights_[offset] = kOpen;
    size_t at = offset;
    const int height = value(at, depth);
    heights_[offset] = static_cast<int8_t>(height);
    return height;
  }

 private:
  static constexpr int8_t kOpen = -1;  // its end is being looked for
  static constexpr int8_t kUnknown = -2;

  [[noreturn]] static void too_deep() {
    throw GeoError(fmt::format("its data is nested more than {} levels deep", kMaxNesting));
  }

  // Moves `at` past the value.
  int value(size_t& at, int depth) {
    if (depth > kMaxNesting) too_deep();
    if (values_left_-- == 0) throw GeoError("its data overlaps so much that it has no end");
    const MmdbHead head = mmdb_head(section_, at);
    at = head.content;
    if (head.type == MmdbType::pointer) {
      if (mmdb_head(section_, head.size).type == MmdbType::pointer) {
        throw GeoError("its data has a pointer to a pointer");
      }
      return value_at(head.size, depth);
    }
    if (head.type != MmdbType::map && head.type != MmdbType::list) {
      at += mmdb_scalar_bytes(section_, head);
      return 0;
    }
    // An entry takes a byte, so a size beyond that cannot be true.
    const size_t parts = head.type == MmdbType::map ? 2 : 1;
    if (head.size > (section_.size() - at) / parts) {
      throw GeoError("its data has a map or list longer than the file");
    }
    int height = 0;
    for (size_t i = 0; i < head.size; ++i) {
      if (head.type == MmdbType::map) key(at);
      height = std::max(height, value(at, depth + 1));
    }
    return height + 1;
  }

  void key(size_t& at) {
    MmdbHead head = mmdb_head(section_, at);
    at = head.content;
    const bool pointed = head.type == MmdbType::pointer;
    if (pointed) {
      if (known_keys_.contains(head.size)) return;
      known_keys_.insert(head.size);
      head = mmdb_head(section_, head.size);
    }
    if (head.type != MmdbType::text) throw GeoError("its data has a key that is not text");
    const size_t bytes = mmdb_scalar_bytes(section_, head);
    const std::string_view text = as_text(section_.subspan(head.content, bytes));
    if (!is_valid_utf8(text)) throw GeoError("its data has a key that is not UTF-8");
    if (!pointed) at += bytes;
    if (keys_to_ == nullptr) return;
    if (keys_to_->keys_.size() >= kMaxKeys) {
      keys_to_->too_many_keys_ = true;
    } else {
      keys_to_->keys_.emplace(text);
    }
  }

  Bytes section_;
  MmdbImage* keys_to_;
  uint64_t values_left_;
  std::vector<int8_t> heights_;            // of the value at each offset
  std::unordered_set<size_t> known_keys_;  // offsets
};

MmdbImage::MmdbImage(Bytes file) : file_(file) {
  if (file.size() > kMaxBytes) throw GeoError("it is larger than 2 GiB");
  const std::string_view text = as_text(file);
  const size_t marker = text.rfind(kMarker);
  if (marker == std::string_view::npos || file.size() - marker > kMarkerWithin + kMarker.size()) {
    throw GeoError("it is no MMDB file: the metadata is missing");
  }
  parse_metadata(marker + kMarker.size());
  const uint64_t tree = uint64_t{node_count_} * record_size_ / 4;
  if (tree + kSeparator > marker) {
    throw GeoError(
        fmt::format("its metadata tells of {} nodes, more than the file holds", node_count_));
  }
  data_ = file.subspan(tree + kSeparator, marker - tree - kSeparator);
}

void MmdbImage::parse_metadata(size_t start) {
  const Bytes section = file_.subspan(start);
  ValueCheck(section, nullptr).value_at(0, 0);
  const MmdbHead head = mmdb_head(section, 0);
  if (head.type != MmdbType::map) throw GeoError("its metadata is not a map");
  const auto number = [&](std::string_view key, uint64_t min, uint64_t max) {
    const auto value = mmdb_number(section, head, key);
    if (!value) throw GeoError(fmt::format("its metadata has no number '{}'", key));
    if (*value < min || *value > max) {
      throw GeoError(fmt::format("its metadata has {} {}, which cannot be", key, *value));
    }
    return *value;
  };
  number("binary_format_major_version", 2, 2);
  number("build_epoch", 1, kLastEpoch);
  node_count_ = static_cast<uint32_t>(number("node_count", 1, UINT32_MAX - 1));
  record_size_ = static_cast<uint32_t>(number("record_size", 24, 32));
  if (record_size_ % 4 != 0) {
    throw GeoError(fmt::format("its metadata has record_size {}, which cannot be", record_size_));
  }
  const uint64_t version = number("ip_version", 4, 6);
  if (version == 5) throw GeoError("its metadata has ip_version 5, which cannot be");
  address_bits_ = version == 4 ? 32 : 128;
}

std::array<uint32_t, 2> MmdbImage::children(uint32_t node) const {
  const uint8_t* at = &file_[size_t{node} * record_size_ / 4];
  switch (record_size_) {
    case 24:
      return {load_be32(at) >> 8, load_be32(at + 2) & 0x00ffffff};
    case 28:
      return {load_be32(at) >> 8 | (at[3] & 0xf0U) << 20, load_be32(at + 3) & 0x0fffffff};
    default:
      return {load_be32(at), load_be32(at + 4)};
  }
}

void MmdbImage::find_ipv4_root() {
  ipv4_root_ = 0;
  if (address_bits_ == 32) return;
  uint32_t node = 0;
  for (int depth = 0; depth < kIpv4Depth; ++depth) {
    node = children(node)[0];
    if (node >= node_count_) return;
  }
  ipv4_root_ = node;
}

void MmdbImage::walk(const std::function<void(const MmdbLeaf&)>& visit) {
  find_ipv4_root();
  visits_left_ = 4 * uint64_t{node_count_} + 65'536;
  ValueCheck check(data_, this);
  check_ = &check;
  visit_ = &visit;
  MmdbLeaf place;
  place.bits = 128 - address_bits_;
  descend(0, place);
  check_ = nullptr;
  visit_ = nullptr;
}

void MmdbImage::descend(uint32_t node, MmdbLeaf& place) {
  if (visits_left_-- == 0)
    throw GeoError("its search tree shares so many nodes that it has no end");
  const auto index = static_cast<size_t>(place.bits / 8);
  const auto bit = static_cast<uint8_t>(0x80 >> place.bits % 8);
  const std::array<uint32_t, 2> values = children(node);
  ++place.bits;
  for (const uint32_t value : values) {
    const bool is_ipv4 = value == ipv4_root_ && ipv4_root_ != 0 &&
                         (place.bits != kIpv4Depth || place.first != std::array<uint8_t, 16>{});
    if (value < node_count_ && !is_ipv4) {
      if (place.bits == 128) throw GeoError("its search tree is deeper than an address");
      descend(value, place);
    } else {
      tell(value, is_ipv4, place);
    }
    place.first[index] |= bit;  // the second child's side
  }
  place.first[index] &= static_cast<uint8_t>(~bit);
  --place.bits;
}

void MmdbImage::tell(uint32_t value, bool is_ipv4, MmdbLeaf& place) {
  place.kind = MmdbLeaf::Kind::nothing;
  if (is_ipv4) {
    if (place.bits > kIpv4Depth) throw GeoError("its search tree is deeper than an address");
    if (place.first == std::array<uint8_t, 16>{}) throw GeoError("its search tree has a cycle");
    place.kind = MmdbLeaf::Kind::ipv4_alias;
  } else if (value > node_count_) {
    if (value - node_count_ < kSeparator) {
      throw GeoError("its search tree points between the tree and the data");
    }
    place.kind = MmdbLeaf::Kind::record;
    place.record = value - node_count_ - static_cast<uint32_t>(kSeparator);
    check_->value_at(place.record, 0);
  }
  (*visit_)(place);
}

bool MmdbImage::may_have_key(std::string_view key) const {
  return too_many_keys_ || keys_.contains(std::string(key));
}

}  // namespace telltale
