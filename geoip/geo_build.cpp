#include "geoip/geo_build.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include "geoip/geo_lookup.h"
#include "geoip/mmdb_writer.h"

namespace telltale {
namespace {

using Uint128 = unsigned __int128;

Uint128 number_of(const IpAddress& address) {
  return Uint128{load_be64(address.bytes().data())} << 64 | load_be64(address.bytes().data() + 8);
}

IpAddress address_of(Uint128 value) {
  uint8_t bytes[16];
  for (int i = 15; i >= 0; --i, value >>= 8) bytes[i] = static_cast<uint8_t>(value);
  return IpAddress::v6(bytes);
}

int trailing_zeros(Uint128 value) {
  const auto low = static_cast<uint64_t>(value);
  if (low != 0) return __builtin_ctzll(low);
  const auto high = static_cast<uint64_t>(value >> 64);
  return high != 0 ? 64 + __builtin_ctzll(high) : 128;
}

int leading_zeros(Uint128 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  if (high != 0) return __builtin_clzll(high);
  const auto low = static_cast<uint64_t>(value);
  return low != 0 ? 64 + __builtin_clzll(low) : 128;
}

// The fewest networks that together are the range.
void for_each_network(const GeoRange& range,
                      const std::function<void(const IpAddress&, int)>& use) {
  Uint128 first = number_of(range.first);
  const Uint128 last = number_of(range.last);
  while (true) {
    // The largest block that begins at `first` and does not pass `last`.
    const Uint128 left = last - first + 1;  // 0 for the whole space
    const int fits = left == 0 ? 128 : 127 - leading_zeros(left);
    const int hosts = std::min(trailing_zeros(first), fits);
    use(address_of(first), 128 - hosts);
    if (hosts == 128) return;
    const Uint128 next = first + (Uint128{1} << hosts);
    if (next == 0 || next > last) return;
    first = next;
  }
}

// The smaller of two that overlap comes later, and so does the later of two that are equal.
void sort_for_insertion(std::vector<GeoRange>& ranges) {
  bool disjoint = true;
  for (size_t i = 1; i < ranges.size() && disjoint; ++i) {
    disjoint = ranges[i - 1].last < ranges[i].first;
  }
  if (disjoint) return;
  std::stable_sort(ranges.begin(), ranges.end(), [](const GeoRange& a, const GeoRange& b) {
    return number_of(a.last) - number_of(a.first) > number_of(b.last) - number_of(b.first);
  });
}

// A kind of database: which facts of a record it holds, and how.
struct Kind {
  const char* file_name;
  const char* type;
  const char* what;
  std::optional<MmdbValue> (*value)(const GeoRecord&);
};

std::optional<MmdbValue> country_value(const GeoRecord& record) {
  if (record.country.empty()) return std::nullopt;
  return MmdbValue::map(
      {{"country", MmdbValue::map({{"iso_code", MmdbValue::text(record.country)}})}});
}

std::optional<MmdbValue> asn_value(const GeoRecord& record) {
  if (record.asn == 0) return std::nullopt;
  MmdbValue value = MmdbValue::map({{"autonomous_system_number", MmdbValue::number32(record.asn)}});
  if (!record.as_org.empty()) {
    value.set("autonomous_system_organization", MmdbValue::text(record.as_org));
  }
  if (record.anycast) {
    value.set("traits", MmdbValue::map({{"is_anycast", MmdbValue::flag(true)}}));
  }
  return value;
}

constexpr Kind kKinds[] = {
    {"telltale-country.mmdb", "telltale-Country", "Country of addresses", country_value},
    {"telltale-asn.mmdb", "telltale-ASN", "Autonomous system of addresses", asn_value},
};

void add_once(std::string& list, const std::string& item) {
  if (item.empty() || ("; " + list + "; ").find("; " + item + "; ") != std::string::npos) return;
  list += (list.empty() ? "" : "; ") + item;
}

// What the licences ask for: who made the data, when, and under which terms it may be passed on.
std::string description_of(const Kind& kind, const std::vector<const GeoLayer*>& layers) {
  std::string sources;
  std::string licences;
  for (const GeoLayer* layer : layers) {
    const std::string name = std::filesystem::path(layer->path).filename().string();
    add_once(sources, name + " of " + iso_day(layer->date) +
                          (layer->publisher.empty() ? "" : " (" + layer->publisher + ")"));
    std::string licence = layer->licence;
    std::replace(licence.begin(), licence.end(), ';', ',');
    add_once(licences, licence);
  }
  std::replace(licences.begin(), licences.end(), ';', ',');
  return std::string(kind.what) + ", made by telltale geoip build; Licence: " + licences +
         "; Source: " + sources;
}

// In a layer, what stands in a smaller range wins; a layer that does not know a fact hides nothing
// of those below it, but a smaller range without it hides what the larger one around it says.
size_t insert_layer(const GeoLayer& layer, const Kind& kind, MmdbWriter& writer, bool hides) {
  std::vector<std::optional<MmdbWriter::ValueId>> ids;
  for (const GeoRecord& record : layer.facts) {
    const auto value = kind.value(record);
    if (value) {
      ids.emplace_back(writer.keep(*value));
    } else if (hides) {
      ids.emplace_back(MmdbWriter::kNothing);
    } else {
      ids.emplace_back();
    }
  }
  size_t networks = 0;
  for (const GeoRange& range : layer.ranges) {
    const auto& id = ids[range.fact];
    if (!id) continue;
    for_each_network(range, [&](const IpAddress& first, int bits) {
      writer.insert(first, bits, *id);
      ++networks;
    });
  }
  return networks;
}

}  // namespace

std::vector<BuiltDatabase> build_geo_databases(std::vector<GeoLayer>& layers, int record_size) {
  for (GeoLayer& layer : layers) sort_for_insertion(layer.ranges);
  std::vector<BuiltDatabase> built;
  for (const Kind& kind : kKinds) {
    std::vector<const GeoLayer*> used;
    for (const GeoLayer& layer : layers) {
      const bool knows = std::any_of(layer.facts.begin(), layer.facts.end(), [&](const auto& fact) {
        return kind.value(fact).has_value();
      });
      if (knows) used.push_back(&layer);
    }
    if (used.empty()) continue;
    MmdbWriter writer;
    BuiltDatabase database;
    database.file_name = kind.file_name;
    for (const GeoLayer* layer : used) {
      database.networks += insert_layer(*layer, kind, writer, layer == used.front());
      database.date = std::max(database.date, layer->date);
    }
    MmdbOptions options;
    options.database_type = kind.type;
    options.description = {{"en", description_of(kind, used)}};
    options.built = database.date;
    options.record_size = record_size;
    database.bytes = writer.build(options);
    built.push_back(std::move(database));
  }
  return built;
}

}  // namespace telltale
