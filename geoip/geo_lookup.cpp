#include "geoip/geo_lookup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include <maxminddb.h>
#include <netinet/in.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

// Where a fact stands in a record: keys from the outermost map inwards.
using Path = std::array<const char*, 3>;

// MaxMind and DB-IP; IPinfo Lite; ip-location-db and iplocate; then the weaker kinds MaxMind has.
constexpr Path kCountryPaths[] = {{"country", "iso_code"},
                                  {"country_code"},
                                  {"countryCode"},
                                  {"geo", "country_code"},
                                  {"registered_country", "iso_code"},
                                  {"represented_country", "iso_code"}};
// IPinfo's country files. Its ASN files have it too, but for where the AS is registered.
constexpr Path kPlainCountryPath = {"country"};

constexpr Path kAsnPaths[] = {{"autonomous_system_number"},
                              {"traits", "autonomous_system_number"},
                              {"asn"},
                              {"asn", "asn"},
                              {"as_number"},
                              {"as", "asn"}};

constexpr Path kOrgPaths[] = {{"autonomous_system_organization"},
                              {"traits", "autonomous_system_organization"},
                              {"as_name"},
                              {"as_org"},
                              {"as", "name"},
                              {"asn", "name"},
                              {"org"},
                              {"isp"}};
// In files about ASNs the name is the organisation's.
constexpr Path kPlainNamePath = {"name"};

constexpr size_t kLongestOrg = 256;

struct Database {
  MMDB_s mmdb{};
  bool is_about_asn = false;      // its type says ASN
  bool is_about_country = false;  // its type says country, or more than ASN

  Database() = default;
  Database(const Database&) = delete;
  ~Database() { MMDB_close(&mmdb); }
};

std::optional<MMDB_entry_data_s> value_at(MMDB_entry_s& record, const Path& path) {
  const std::array<const char*, 4> keys = {path[0], path[1], path[2], nullptr};
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&record, &data, keys.data()) != MMDB_SUCCESS || !data.has_data) {
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
  std::string code(text_at(record, path));
  if (code.size() != 2 || !is_alpha(code[0]) || !is_alpha(code[1])) return {};
  for (char& c : code) c = static_cast<char>(c & ~0x20);
  return code == "ZZ" || code == "XX" ? std::string() : code;  // "unknown" in several lists
}

uint32_t parse_asn(std::string_view text) {
  if (istarts_with(text, "as")) text.remove_prefix(2);
  uint32_t asn = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asn);
  return error == std::errc{} && end == text.data() + text.size() ? asn : 0;
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

// The first path that has the fact.
template <typename Value, size_t N, typename Read>
void fill(Value& value, MMDB_entry_s& record, const Path (&paths)[N], Read read) {
  for (const Path& path : paths) {
    if (value != Value{}) return;
    value = read(record, path);
  }
}

std::string org_at(MMDB_entry_s& record, const Path& path) {
  return to_valid_utf8(text_at(record, path).substr(0, kLongestOrg));
}

void take_from(const Database& database, MMDB_entry_s& entry, GeoRecord& found) {
  fill(found.country, entry, kCountryPaths, country_at);
  if (found.country.empty() && (!database.is_about_asn || database.is_about_country)) {
    found.country = country_at(entry, kPlainCountryPath);
  }
  fill(found.asn, entry, kAsnPaths, asn_at);
  fill(found.as_org, entry, kOrgPaths, org_at);
  if (found.as_org.empty() && database.is_about_asn) found.as_org = org_at(entry, kPlainNamePath);
}

bool speaks_of(std::string_view type, std::string_view word) {
  return ascii_lower(type).find(word) != std::string::npos;
}

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

Timestamp time_of_epoch(uint64_t epoch) {
  constexpr uint64_t kLast = 4'000'000'000;  // year 2096; a lying file must not overflow
  return Timestamp{} + std::chrono::seconds(std::min(epoch, kLast));
}

GeoDatabaseInfo info_of(const std::string& path, const MMDB_s& mmdb) {
  GeoDatabaseInfo info;
  info.path = path;
  if (mmdb.metadata.database_type != nullptr) {
    info.type = to_valid_utf8(mmdb.metadata.database_type);
  }
  info.description = to_valid_utf8(description_of(mmdb.metadata));
  info.built = time_of_epoch(mmdb.metadata.build_epoch);
  info.nodes = mmdb.metadata.node_count;
  return info;
}

}  // namespace

class GeoDatabases::Impl {
 public:
  void open(const std::string& path) {
    auto database = std::make_unique<Database>();
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database->mmdb);
    if (status != MMDB_SUCCESS) {
      database->mmdb = {};
      const char* why = status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR
                            ? "cannot be read"
                            : MMDB_strerror(status);
      throw GeoError(path + ": not a usable MMDB database: " + why);
    }
    GeoDatabaseInfo info = info_of(path, database->mmdb);
    database->is_about_asn = speaks_of(info.type, "asn");
    database->is_about_country = speaks_of(info.type, "country") || speaks_of(info.type, "lite") ||
                                 speaks_of(info.type, "core");
    infos.push_back(std::move(info));
    databases.push_back(std::move(database));
  }

  std::vector<std::unique_ptr<Database>> databases;
  std::vector<GeoDatabaseInfo> infos;
};

GeoDatabases::GeoDatabases() : impl_(std::make_unique<Impl>()) {}
GeoDatabases::~GeoDatabases() = default;
GeoDatabases::GeoDatabases(GeoDatabases&&) noexcept = default;
GeoDatabases& GeoDatabases::operator=(GeoDatabases&&) noexcept = default;

GeoDatabases GeoDatabases::open(const std::vector<std::string>& paths) {
  GeoDatabases databases;
  for (const std::string& path : paths) databases.impl_->open(path);
  return databases;
}

GeoRecord GeoDatabases::lookup(const IpAddress& address) const {
  GeoRecord found;
  if (address.is_special_purpose()) return found;
  sockaddr_storage socket{};
  if (address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&socket);
    v4->sin_family = AF_INET;
    std::memcpy(&v4->sin_addr, &address.bytes()[12], 4);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&socket);
    v6->sin6_family = AF_INET6;
    std::memcpy(&v6->sin6_addr, address.bytes().data(), 16);
  }
  for (const auto& database : impl_->databases) {
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s result =
        MMDB_lookup_sockaddr(&database->mmdb, reinterpret_cast<const sockaddr*>(&socket), &status);
    if (status == MMDB_SUCCESS && result.found_entry) take_from(*database, result.entry, found);
  }
  return found;
}

bool GeoDatabases::empty() const { return impl_->databases.empty(); }
const std::vector<GeoDatabaseInfo>& GeoDatabases::info() const { return impl_->infos; }

}  // namespace telltale
