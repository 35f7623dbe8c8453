// telltale geoip lookup and info.
#include <cstdio>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/json_lines.h"
#include "sensor/policy/catalogue_index.h"

namespace telltale {
namespace {

struct LookupOptions {
  std::vector<std::string> addresses;
  std::string config;
  bool json = false;
};

// Why nothing is looked up; empty where something is.
std::string kind_of(const IpAddress& address) {
  if (!address.is_special_purpose()) return {};
  if (address.is_multicast()) return "multicast";
  if (address.is_loopback()) return "loopback";
  if (address.is_link_local()) return "link-local";
  return "special purpose (RFC 6890)";
}

std::string source_json(const std::vector<GeoDatabaseInfo>& files, std::optional<size_t> from) {
  if (!from) return "null";
  const GeoDatabaseInfo& file = files[*from];
  return fmt::format(R"({{"path":{},"date":{},"licence":{}}})", json_quoted(file.path),
                     json_quoted(iso_day(file.built)), json_quoted(file.licence));
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : json_quoted(text); }

void print_json(const IpAddress& address, const GeoAnswer& answer,
                const CatalogueIndex::Owner* owner, const std::vector<GeoDatabaseInfo>& files) {
  const GeoRecord& record = answer.record;
  const std::string line =
      fmt::format(R"({{"ip":{},"country":{},"asn":{},"as_org":{},"operator":{},)"
                  R"("operator_country":{},"anycast":{},"special":{},)"
                  R"("country_source":{},"asn_source":{}}})",
                  json_quoted(address.to_string()), or_null(record.country),
                  record.asn == 0 ? "null" : std::to_string(record.asn), or_null(record.as_org),
                  owner == nullptr ? "null" : or_null(owner->operator_name),
                  owner == nullptr ? "null" : or_null(owner->operator_country), record.anycast, or_null(kind_of(address)),
                  source_json(files, answer.country_from), source_json(files, answer.network_from));
  std::printf("%s\n", line.c_str());
}

std::vector<IpAddress> parsed(const std::vector<std::string>& texts) {
  std::vector<IpAddress> addresses;
  for (const std::string& text : texts) {
    const auto address = IpAddress::parse(text);
    if (!address) {
      throw UsageError("telltale: " + printable(text, 60) +
                       ": not an address; write it as 8.8.8.8 or 2001:4860:4860::8888");
    }
    addresses.push_back(*address);
  }
  return addresses;
}

// Whom the catalogue knows behind the network, and the name it is registered under.
std::string operator_text(const GeoRecord& record, const CatalogueIndex::Owner* owner) {
  const std::string registered = record.as_org.empty() ? "-" : printable(record.as_org, 48);
  if (owner == nullptr) return registered;
  const std::string country =
      owner->operator_country.empty() ? "" : " (" + owner->operator_country + ")";
  return printable(owner->operator_name, 48) + country + ": " + registered;
}

int lookup(const LookupOptions& options) {
  const std::vector<IpAddress> addresses = parsed(options.addresses);
  const Config config = geo_configuration(options.config);
  const CatalogueIndex catalogue(config);
  const GeoDatabases databases = open_geo_databases(config.geoip);
  const std::vector<GeoDatabaseInfo> files = databases.info();
  Table table({"address", "country", "AS", "operator", ""});
  std::set<size_t> used;
  for (const IpAddress& address : addresses) {
    const GeoAnswer answer = databases.explain(address);
    const CatalogueIndex::Owner* owner = catalogue.owner_of_network(answer.record.asn);
    if (options.json) {
      print_json(address, answer, owner, files);
      continue;
    }
    const GeoRecord& record = answer.record;
    const std::string note =
        record.anycast ? "anycast: served from many countries" : kind_of(address);
    table.add({address.to_string(), record.country.empty() ? "-" : record.country,
               record.asn == 0 ? "-" : "AS" + std::to_string(record.asn),
               operator_text(record, owner), note});
    for (const auto from : {answer.country_from, answer.network_from}) {
      if (from) used.insert(*from);
    }
  }
  if (!options.json) {
    std::fputs(table.text("").c_str(), stdout);
    if (!used.empty()) std::printf("\n");
    for (const size_t index : used) {
      const GeoDatabaseInfo& file = files[index];
      std::printf("data of %s, %s: %s\n", iso_day(file.built).c_str(), file.path.c_str(),
                  printable(file.licence, 120).c_str());
      std::printf("  %s\n", printable(file.description, 400).c_str());
    }
  }
  warn_of_age(databases, config.geoip);
  return kExitDone;
}

struct InfoOptions {
  std::string config;
  bool json = false;
};

std::string facts_of(const GeoDatabaseInfo& file) {
  if (file.has_country) return file.has_asn ? "country, AS" : "country";
  return file.has_asn ? "AS" : "nothing telltale reads";
}

int info(const InfoOptions& options) {
  const GeoConfig config = geo_configuration(options.config).geoip;
  const GeoDatabases databases = open_geo_databases(config);
  Table table({"file", "type", "tells", "data of", "networks", "licence"});
  for (const GeoDatabaseInfo& file : databases.info()) {
    if (options.json) {
      const std::string line = fmt::format(
          R"({{"path":{},"type":{},"country":{},"asn":{},"date":{},"networks":{},"nodes":{},)"
          R"("licence":{},"description":{}}})",
          json_quoted(file.path), json_quoted(file.type), file.has_country, file.has_asn,
          json_quoted(iso_day(file.built)), file.networks, file.nodes, json_quoted(file.licence),
          json_quoted(file.description));
      std::printf("%s\n", line.c_str());
      continue;
    }
    table.add({file.path, printable(file.type, 40), facts_of(file), iso_day(file.built),
               grouped(file.networks), printable(file.licence, 60)});
  }
  if (!options.json) {
    std::fputs(table.text("").c_str(), stdout);
    std::printf("The first file that knows a fact decides. %s in memory.\n",
                human_bytes(databases.memory()).c_str());
    for (const GeoDatabaseInfo& file : databases.info()) {
      if (!file.description.empty()) {
        std::printf("%s: %s\n", file.path.c_str(), printable(file.description, 400).c_str());
      }
    }
  }
  warn_of_age(databases, config);
  return kExitDone;
}

}  // namespace

void register_geoip_lookup(CLI::App& geoip, std::function<int()>& chosen) {
  auto options = std::make_shared<LookupOptions>();
  CLI::App* command = geoip.add_subcommand(
      "lookup", "Print country, AS and operator of addresses, with the data's date and licence");
  command->add_option("IP", options->addresses, "IPv4 or IPv6 addresses")->required();
  command->add_option("-c,--config", options->config, "configuration (YAML)");
  command->add_flag("--json", options->json, "one JSON object a line");
  command->callback([options, &chosen] { chosen = [options] { return lookup(*options); }; });

  auto told = std::make_shared<InfoOptions>();
  command =
      geoip.add_subcommand("info", "List the databases in use: what they tell, how old they are");
  command->add_option("-c,--config", told->config, "configuration (YAML)");
  command->add_flag("--json", told->json, "one JSON object a line");
  command->callback([told, &chosen] { chosen = [told] { return info(*told); }; });
}

}  // namespace telltale
