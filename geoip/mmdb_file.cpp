#include "geoip/mmdb_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <maxminddb.h>
#include <sys/mman.h>
#include <unistd.h>

#include "geoip/countries.h"
#include "geoip/file_bytes.h"
#include "geoip/geo_error.h"
#include "geoip/mmdb_image.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

// Where a fact stands in a record: keys from the outermost map inwards.
using Path = std::array<const char*, 4>;  // null-terminated
using Paths = std::vector<Path>;

// MaxMind and DB-IP; IPinfo Lite; ip-location-db and iplocate; then the weaker kinds MaxMind has.
const Paths kCountryPaths = {{"country", "iso_code"},
                             {"country_code"},
                             {"countryCode"},
                             {"geo", "country_code"},
                             {"registered_country", "iso_code"},
                             {"represented_country", "iso_code"}};
// IPinfo's country files. Its ASN files have it too, but for where the AS is registered.
const Path kPlainCountryPath = {"country"};

const Paths kAsnPaths = {{"autonomous_system_number"},
                         {"traits", "autonomous_system_number"},
                         {"asn"},
                         {"asn", "asn"},
                         {"as_number"},
                         {"as", "asn"}};

const Paths kOrgPaths = {{"autonomous_system_organization"},
                         {"traits", "autonomous_system_organization"},
                         {"as_name"},
                         {"as_org"},
                         {"as", "name"},
                         {"asn", "name"},
                         {"org"},
                         {"isp"}};
// In files about ASNs the name is the organisation's.
const Path kPlainNamePath = {"name"};

const Paths kAnycastPaths = {{"traits", "is_anycast"}, {"is_anycast"}, {"anycast"}};

constexpr size_t kLongestOrg = 256;

// What makers say of their files where the files do not say it themselves.
struct KnownLicence {
  std::string_view in_type;  // lower case
  std::string_view licence;
};
constexpr KnownLicence kKnownLicences[] = {
    {"geolite2", "GeoLite End User License Agreement, CC BY-SA 4.0 (maxmind.com)"},
    {"dbip", "CC BY 4.0 (db-ip.com)"},
    {"geoip2", "commercial (maxmind.com)"},
    {"ipinfo", "CC BY-SA 4.0 for IPinfo Lite, else commercial (ipinfo.io)"},
};

std::optional<MMDB_entry_data_s> value_at(MMDB_entry_s& record, const Path& path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&record, &data, path.data()) != MMDB_SUCCESS || !data.has_data) {
    return std::nullopt;
  }
  return data;
}

std::string_view text_at(MMDB_entry_s& record, const Path& path) {
  const auto data = value_at(record, path);
  if (!data || data->type != MMDB_DATA_TYPE_UTF8_STRING || data->data_size == 0) return {};
  return {data->utf8_string, data->data_size};
}

std::string country_at(MMDB_entry_s& record, const Path& path) {
  return country_code(text_at(record, path));
}

uint32_t asn_at(MMDB_entry_s& record, const Path& path) {
  const auto data = value_at(record, path);
  if (!data) return 0;
  constexpr uint64_t kMax = std::numeric_limits<uint32_t>::max();
  switch (data->type) {
    case MMDB_DATA_TYPE_UINT16:
      return data->uint16;
    case MMDB_DATA_TYPE_UINT32:
      return data->uint32;
    case MMDB_DATA_TYPE_UINT64:
      return data->uint64 <= kMax ? static_cast<uint32_t>(data->uint64) : 0;
    case MMDB_DATA_TYPE_INT32:
      return data->int32 > 0 ? static_cast<uint32_t>(data->int32) : 0;
    case MMDB_DATA_TYPE_UTF8_STRING:
      return parse_asn({data->utf8_string, data->data_size});
    default:
      return 0;
  }
}

std::string org_at(MMDB_entry_s& record, const Path& path) {
  return to_valid_utf8(text_at(record, path).substr(0, kLongestOrg));
}

bool flag_at(MMDB_entry_s& record, const Path& path) {
  const auto data = value_at(record, path);
  return data && data->type == MMDB_DATA_TYPE_BOOLEAN && data->boolean;
}

// The first path that has the fact.
template <typename Value, typename Read>
void fill(Value& value, MMDB_entry_s& record, const Paths& paths, Read read) {
  for (const Path& path : paths) {
    if (value != Value{}) return;
    value = read(record, path);
  }
}

bool speaks_of(std::string_view type, std::string_view word) {
  return ascii_lower(type).find(word) != std::string::npos;
}

// libmaxminddb opens files by name only: the copy is one without a name.
class OpenCopy {
 public:
  explicit OpenCopy(Bytes file) : fd_(memfd_create("telltale-mmdb", MFD_CLOEXEC)) {
    std::string_view rest = as_text(file);
    while (fd_ >= 0 && !rest.empty()) {
      const ssize_t written = write(fd_, rest.data(), rest.size());
      if (written <= 0) break;
      rest.remove_prefix(static_cast<size_t>(written));
    }
    if (fd_ < 0 || !rest.empty()) {
      if (fd_ >= 0) close(fd_);
      throw GeoError("there is no memory for it");
    }
    const std::string name = "/proc/self/fd/" + std::to_string(fd_);
    const int status = MMDB_open(name.c_str(), MMDB_MODE_MMAP, &mmdb_);
    close(fd_);
    if (status != MMDB_SUCCESS) throw GeoError(MMDB_strerror(status));
  }
  ~OpenCopy() { MMDB_close(&mmdb_); }
  OpenCopy(const OpenCopy&) = delete;
  const MMDB_s& get() const { return mmdb_; }

 private:
  int fd_;
  MMDB_s mmdb_{};
};

// In English, else the first there is.
std::string description_of(const MMDB_metadata_s& metadata) {
  std::string first;
  for (size_t i = 0; i < metadata.description.count; ++i) {
    const MMDB_description_s& text = *metadata.description.descriptions[i];
    if (text.description == nullptr) continue;
    if (text.language != nullptr && std::strcmp(text.language, "en") == 0) return text.description;
    if (first.empty()) first = text.description;
  }
  return first;
}

// "... License: CC BY-SA 4.0 ..." up to the end of the sentence, else what is known of the maker.
std::string licence_of(const GeoDatabaseInfo& info) {
  for (const std::string_view word : {"Licence: ", "License: "}) {
    const size_t at = info.description.find(word);
    if (at == std::string::npos) continue;
    const std::string rest = info.description.substr(at + word.size());
    return rest.substr(0, rest.find_first_of(";\n"));
  }
  for (const KnownLicence& known : kKnownLicences) {
    if (speaks_of(info.type, known.in_type)) return std::string(known.licence);
  }
  return "not stated in the file";
}

GeoDatabaseInfo info_of(const std::string& path, const MMDB_metadata_s& metadata) {
  GeoDatabaseInfo info;
  info.path = path;
  if (metadata.database_type != nullptr) info.type = to_valid_utf8(metadata.database_type);
  info.description = to_valid_utf8(description_of(metadata));
  info.licence = licence_of(info);
  // MmdbImage has checked that it is a time in our century.
  info.built = Timestamp{} + std::chrono::seconds(metadata.build_epoch);
  info.nodes = metadata.node_count;
  return info;
}

// Reads the facts of records; only the paths are tried that the file has keys for.
class RecordReader {
 public:
  // Both must outlive it.
  RecordReader(const MMDB_s& mmdb, const MmdbImage& image, const std::string& type)
      : mmdb_(mmdb),
        image_(image),
        plain_name_(speaks_of(type, "asn")),
        about_country_(speaks_of(type, "country") || speaks_of(type, "lite") ||
                       speaks_of(type, "core")) {}

  GeoRecord read(uint32_t offset) {
    if (keys_seen_ != image_.keys_seen()) choose_paths();
    MMDB_entry_s entry{&mmdb_, offset};
    GeoRecord record;
    fill(record.country, entry, country_, country_at);
    fill(record.asn, entry, asn_, asn_at);
    fill(record.as_org, entry, org_, org_at);
    fill(record.anycast, entry, anycast_, flag_at);
    return record;
  }

 private:
  void choose_paths() {
    keys_seen_ = image_.keys_seen();
    for (Paths* kept : {&country_, &asn_, &org_, &anycast_}) kept->clear();
    keep(kCountryPaths, country_);
    if (!plain_name_ || about_country_) keep({kPlainCountryPath}, country_);
    keep(kAsnPaths, asn_);
    keep(kOrgPaths, org_);
    if (plain_name_) keep({kPlainNamePath}, org_);
    keep(kAnycastPaths, anycast_);
  }
  void keep(const Paths& paths, Paths& kept) const {
    for (const Path& path : paths) {
      const bool possible = std::all_of(path.begin(), path.end(), [&](const char* key) {
        return key == nullptr || image_.may_have_key(key);
      });
      if (possible) kept.push_back(path);
    }
  }

  const MMDB_s& mmdb_;
  const MmdbImage& image_;
  bool plain_name_;
  bool about_country_;
  size_t keys_seen_ = 0;
  Paths country_, asn_, org_, anycast_;
};

GeoDatabase parse(Bytes file, const std::string& name) {
  MmdbImage image(file);  // proves everything sound before libmaxminddb reads it
  const OpenCopy copy(file);
  GeoDatabase database;
  database.info = info_of(name, copy.get().metadata);
  RecordReader reader(copy.get(), image, database.info.type);
  std::unordered_map<uint32_t, GeoTable::FactId> known;
  known.reserve(file.size() / 64);
  image.walk([&](const MmdbLeaf& network) {
    GeoTable::FactId id = 0;
    if (network.kind == MmdbLeaf::Kind::record) {
      const auto [place, is_new] = known.try_emplace(network.record, 0);
      if (is_new) {
        const GeoRecord record = reader.read(network.record);
        database.info.has_country |= !record.country.empty();
        database.info.has_asn |= record.asn != 0;
        place->second = database.table.fact(record);
      }
      id = place->second;
    }
    database.table.add(network, id);
  });
  database.table.finish();
  database.info.networks = database.table.networks();
  return database;
}

}  // namespace

GeoDatabase parse_geo_database(Bytes file, const std::string& name) {
  try {
    return parse(file, name);
  } catch (const GeoError& error) {
    throw GeoError(name + ": not a usable MMDB database: " + error.what());
  }
}

GeoDatabase load_geo_database(const std::string& path) {
  return parse_geo_database(as_bytes(read_whole_file(path, MmdbImage::kMaxBytes)), path);
}

}  // namespace telltale
