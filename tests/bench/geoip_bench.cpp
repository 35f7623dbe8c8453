// Look-ups a second of random addresses, each asked once, so that caches are cold: as when a sensor
// meets servers for the first time.
//
//   TELLTALE_GEOIP=country.mmdb:asn.mmdb geoip_bench      without it, a database made here
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <benchmark/benchmark.h>

#include "geoip/geo_lookup.h"
#include "geoip/mmdb_writer.h"

namespace telltale {
namespace {

// 600,000 networks of random sizes with 80,000 operators, much like a real one.
std::string made_database() {
  std::mt19937_64 random(7);
  MmdbWriter writer;
  std::vector<MmdbWriter::ValueId> values;
  for (uint32_t asn = 1; asn <= 80'000; ++asn) {
    const char country[] = {static_cast<char>('A' + asn % 26),
                            static_cast<char>('A' + asn / 26 % 26), 0};
    values.push_back(writer.keep(
        MmdbValue::map({{"country", MmdbValue::map({{"iso_code", MmdbValue::text(country)}})},
                        {"autonomous_system_number", MmdbValue::number32(asn)},
                        {"autonomous_system_organization",
                         MmdbValue::text("Operator number " + std::to_string(asn))}})));
  }
  for (int i = 0; i < 600'000; ++i) {
    const int bits = 12 + static_cast<int>(random() % 13);
    const auto first = static_cast<uint32_t>(random()) & ~uint32_t{0} << (32 - bits);
    writer.insert(IpAddress::v4(first), 96 + bits, values[random() % values.size()]);
  }
  const std::string path = std::filesystem::temp_directory_path() / "telltale_geoip_bench.mmdb";
  MmdbOptions options;
  options.database_type = "Bench";
  std::ofstream(path, std::ios::binary) << writer.build(options);
  return path;
}

std::vector<std::string> paths() {
  const char* given = std::getenv("TELLTALE_GEOIP");
  if (given == nullptr) return {made_database()};
  std::vector<std::string> all;
  std::stringstream list(given);
  for (std::string path; std::getline(list, path, ':');) all.push_back(path);
  return all;
}

const std::vector<std::string>& databases() {
  static const std::vector<std::string> kPaths = paths();
  return kPaths;
}

std::vector<IpAddress> random_addresses(size_t count) {
  std::mt19937_64 random(99);
  std::vector<IpAddress> addresses;
  while (addresses.size() < count) {
    const IpAddress address = IpAddress::v4(static_cast<uint32_t>(random()));
    if (!address.is_special_purpose()) addresses.push_back(address);
  }
  return addresses;
}

void LookUpRandomAddresses(benchmark::State& state) {
  const GeoDatabases geo = GeoDatabases::open(databases());
  const std::vector<IpAddress> addresses = random_addresses(4'000'000);
  size_t at = 0;
  size_t known = 0;
  for (auto _ : state) {
    const GeoRecord record = geo.lookup(addresses[at]);
    known += record.asn != 0 ? 1U : 0U;
    if (++at == addresses.size()) at = 0;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["known"] = static_cast<double>(known) / static_cast<double>(state.iterations());
}
BENCHMARK(LookUpRandomAddresses)->Unit(benchmark::kNanosecond);

void OpenDatabases(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(GeoDatabases::open(databases()));
}
BENCHMARK(OpenDatabases)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace telltale

BENCHMARK_MAIN();
