// telltale geoip build: MMDB files out of open data.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "geoip/file_bytes.h"
#include "geoip/geo_build.h"
#include "geoip/geo_files.h"
#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/terminal.h"

namespace telltale {
namespace {

struct BuildOptions {
  std::string out;
  std::vector<std::string> from;
  std::string licence;
  int record_size = 0;
};

std::vector<std::string> inputs(const BuildOptions& options) {
  const std::vector<std::string> paths = options.from.empty() ? find_open_geo_data() : options.from;
  if (paths.empty()) {
    throw UsageError(
        "telltale: there is no open geo data on this machine; deploy/geo-data fetches what Debian "
        "packages, or name files with --from");
  }
  return paths;
}

// Status 3 where lines were left out.
int read_layers(const BuildOptions& options, std::vector<GeoLayer>& layers) {
  int status = kExitDone;
  for (const std::string& path : inputs(options)) {
    GeoLayer layer = read_geo_layer(path);
    if (!options.licence.empty()) layer.licence = options.licence;
    std::printf("%s: %s of %s, %s ranges\n", printable(path, 400).c_str(), layer.format.c_str(),
                iso_day(layer.date).c_str(), grouped(layer.ranges.size()).c_str());
    if (layer.bad_lines > 0) {
      std::fprintf(stderr,
                   "telltale: %s:%zu: not a line of the format %s; %s such lines were left out\n",
                   printable(path, 400).c_str(), layer.first_bad, layer.format.c_str(),
                   grouped(layer.bad_lines).c_str());
      status = kExitDamaged;
    }
    layers.push_back(std::move(layer));
  }
  return status;
}

int build(const BuildOptions& options) {
  const std::string folder = geo_output_folder(options.out);
  std::vector<GeoLayer> layers;
  const int status = read_layers(options, layers);
  const std::vector<BuiltDatabase> databases = build_geo_databases(layers, options.record_size);
  if (databases.empty())
    throw UsageError("telltale: the files tell no country and no AS of any address");
  for (const BuiltDatabase& database : databases) {
    const std::string path = folder + "/" + database.file_name;
    parse_geo_database(as_bytes(database.bytes), path);  // what we cannot read is not put in place
    place_database(path, database.bytes);
    std::printf("%s: written, data of %s, %s\n", path.c_str(), iso_day(database.date).c_str(),
                human_bytes(database.bytes.size()).c_str());
  }
  return status;
}

}  // namespace

void register_geoip_build(CLI::App& geoip, std::function<int()>& chosen) {
  auto options = std::make_shared<BuildOptions>();
  CLI::App* command = geoip.add_subcommand(
      "build", "Make telltale-country.mmdb and telltale-asn.mmdb out of open data");
  command->add_option("--from", options->from,
                      "files to read instead of what Debian's tor-geoipdb and libloc-database "
                      "bring; plain or .gz, known by their content: IPFire Location's location.db, "
                      "Tor's geoip and geoip6, DB-IP country, ASN and city CSV, iptoasn TSV, "
                      "IP2Location LITE CSV, RIR delegated statistics, prefix-to-AS; a later file "
                      "wins over an earlier one");
  command->add_option("--out", options->out,
                      "folder to write to (default: /var/lib/telltale for root, else "
                      "~/.local/share/telltale)");
  command->add_option("--licence", options->licence,
                      "licence of the files, where they do not say it themselves");
  command->add_option("--record-size", options->record_size, "bits of a record in the MMDB tree")
      ->check(CLI::IsMember({24, 28, 32}));
  command->callback([options, &chosen] { chosen = [options] { return build(*options); }; });
}

}  // namespace telltale
