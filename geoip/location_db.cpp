// The binary database of IPFire Location, version 1, as Debian's libloc-database brings it and
// `location update` refreshes it. All numbers are big-endian. The layout (facts from libloc's
// documentation of its own format, https://git.ipfire.org/?p=location/libloc.git):
//
//   "LOCDBXX" version(u8)
//   created_at(u64) vendor description licence (u32: offsets of texts in the pool)
//   offset and length (u32 each) of: AS, network data, network tree, countries, pool
//   AS:       number(u32) name(u32)
//   network:  country(2) reserved(2) asn(u32) flags(u16) reserved(2)
//   tree:     zero(u32) one(u32) network(u32; all ones where there is none); 0 is no child
//
// The tree has IPv4 at ::ffff:0:0/96. The network of the longest prefix is what counts.
#include <algorithm>
#include <unordered_map>

#include "geoip/countries.h"
#include "geoip/geo_error.h"
#include "geoip/geo_layer.h"
#include "sensor/base/bytes.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic = "LOCDBXX";
constexpr uint8_t kVersion = 1;
constexpr uint32_t kNoNetwork = 0xffffffff;
constexpr size_t kAsBytes = 8;
constexpr size_t kNetworkBytes = 12;
constexpr size_t kNodeBytes = 12;
constexpr uint16_t kAnycast = 1 << 2;
constexpr size_t kLongestText = 256;

class LocationReader {
 public:
  explicit LocationReader(std::string_view bytes) : bytes_(as_bytes(bytes)) { read_header(); }

  GeoLayer read() {
    read_names();
    visits_left_ = tree_.size() / kNodeBytes;
    if (visits_left_ > 0) descend(0);
    return std::move(layer_);
  }

 private:
  void read_header() {
    ByteReader reader(bytes_);
    reader.skip(kMagic.size());
    if (reader.u8() != kVersion) throw GeoError("its version is not 1");
    layer_.date = Timestamp{} + std::chrono::seconds(std::min<uint64_t>(reader.be64(), UINT32_MAX));
    const uint32_t vendor = reader.be32();
    reader.skip(4);
    const uint32_t licence = reader.be32();
    as_ = section(reader);
    networks_ = section(reader);
    tree_ = section(reader);
    section(reader);  // countries
    pool_ = section(reader);
    if (!reader.ok()) throw GeoError("it ends inside its header");
    layer_.format = "IPFire Location";
    layer_.publisher = text(vendor) + ", https://location.ipfire.org/";
    layer_.licence = text(licence);
  }

  Bytes section(ByteReader& reader) const {
    const size_t offset = reader.be32();
    const size_t length = reader.be32();
    if (!reader.ok() || offset > bytes_.size() || length > bytes_.size() - offset) {
      throw GeoError("a section lies outside of the file");
    }
    return bytes_.subspan(offset, length);
  }

  std::string text(uint32_t offset) const {
    if (offset >= pool_.size()) return {};
    const std::string_view all = as_text(pool_).substr(offset, kLongestText);
    return to_valid_utf8(all.substr(0, all.find('\0')));
  }

  void read_names() {
    for (size_t at = 0; at + kAsBytes <= as_.size(); at += kAsBytes) {
      names_[load_be32(&as_[at])] = load_be32(&as_[at + 4]);
    }
  }

  // Networks inside follow the one they are in, so they are the later ones.
  void descend(uint32_t node) {
    if (visits_left_-- == 0) throw GeoError("its tree has a cycle");
    const uint8_t* at = &tree_[size_t{node} * kNodeBytes];
    if (const uint32_t network = load_be32(at + 8); network != kNoNetwork) add(network);
    for (int side = 0; side < 2; ++side) {
      const uint32_t child = load_be32(at + 4 * side);
      if (child == 0) continue;
      if (depth_ == 128) throw GeoError("its tree is deeper than an address");
      if (child >= tree_.size() / kNodeBytes) throw GeoError("its tree points outside of itself");
      const auto index = static_cast<size_t>(depth_ / 8);
      const auto bit = static_cast<uint8_t>(0x80 >> depth_ % 8);
      if (side == 1) place_[index] |= bit;
      ++depth_;
      descend(child);
      --depth_;
      place_[index] &= static_cast<uint8_t>(~bit);
    }
  }

  void add(uint32_t network) {
    if (network >= networks_.size() / kNetworkBytes) {
      throw GeoError("its tree points to a network that is not there");
    }
    const uint8_t* at = &networks_[size_t{network} * kNetworkBytes];
    const uint32_t asn = load_be32(at + 4);
    const uint16_t flags = load_be16(at + 8);
    const bool anycast = (flags & kAnycast) != 0;
    const uint64_t key = uint64_t{asn} << 32 | uint64_t{load_be16(at)} << 16 | (anycast ? 1U : 0U);
    const auto [known, is_new] =
        facts_.try_emplace(key, static_cast<uint32_t>(layer_.facts.size()));
    if (is_new) {
      GeoRecord record;
      record.country = country_code({reinterpret_cast<const char*>(at), 2});
      record.asn = asn;
      const auto name = names_.find(asn);
      if (asn != 0 && name != names_.end()) record.as_org = text(name->second);
      record.anycast = anycast;
      layer_.facts.push_back(std::move(record));
    }
    auto last = place_;
    for (int bit = depth_; bit < 128; ++bit) {
      last[static_cast<size_t>(bit / 8)] |= static_cast<uint8_t>(0x80 >> bit % 8);
    }
    layer_.ranges.push_back(
        {IpAddress::v6(place_.data()), IpAddress::v6(last.data()), known->second});
  }

  Bytes bytes_;
  Bytes as_, networks_, tree_, pool_;
  GeoLayer layer_;
  std::unordered_map<uint32_t, uint32_t> names_;  // AS -> offset in the pool
  std::unordered_map<uint64_t, uint32_t> facts_;
  std::array<uint8_t, 16> place_{};
  int depth_ = 0;
  size_t visits_left_ = 0;
};

}  // namespace

bool is_location_db(std::string_view start) { return start.starts_with(kMagic); }

GeoLayer parse_location_db(std::string_view bytes) { return LocationReader(bytes).read(); }

}  // namespace telltale
