// The configuration: plain structs, filled from YAML once at start-up, immutable afterwards and
// handed in.
//
// load_config() reads a file, default_config() is what holds without one, apply_policy_pack() puts
// a policy on top. Everything wrong with a file is a ConfigError whose what() is one line,
// `FILE:LINE:COL: what is wrong, and what would be right`, line and column from 1.
// To add a key: a member here and a line in config/sections.cpp or config/policy_sections.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.h"
#include "sensor/base/ip_address.h"
#include "sensor/model/event.h"
#include "sensor/model/taxonomy.h"

namespace telltale {

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SensorConfig {
  std::string name = "telltale";
  std::vector<Cidr> home_networks;  // by default private, link-local, shared and loopback ranges
  size_t workers = 0;               // 0: auto, as many as the machine has
};

struct CaptureConfig {
  std::vector<std::string> interfaces;
  std::string bpf;
  uint32_t snaplen = 262'144;     // bytes
  uint64_t buffer = 64ULL << 20;  // bytes
  bool promiscuous = true;
};

struct TlsConfig {
  std::vector<std::string> keylog;  // paths of NSS key logs
};

struct InspectConfig {
  bool lateral = false;  // inspect traffic between two home addresses
  Limits limits;         // with max_body, max_inflate_ratio and max_depth as configured
};

// A database that `telltale geoip update` downloads.
struct GeoUpdateConfig {
  std::string url;              // https; {licence_key}, {year} and {month} are filled in
  std::string sha256_url;       // empty: nothing to compare with
  std::string licence_key_env;  // names of environment variables, so that keys stay out of files
  std::string account_env;
  std::string file;  // name of the database; empty: as the archive or URL names it
};

struct GeoConfig {
  std::vector<std::string> databases;  // paths of MMDB files
  bool search = true;                  // where they usually stand, as the file names none
  std::chrono::seconds max_age = std::chrono::hours(24 * 45);
  std::vector<GeoUpdateConfig> update;
};

// Entries of one side of a trust policy. Domains are lower case without a final dot; a domain
// covers its subdomains. Countries are ISO 3166-1 alpha-2 in upper case.
struct TrustLists {
  std::vector<std::string> domains;
  std::vector<Cidr> cidrs;
  std::vector<uint32_t> asns;
  std::vector<std::string> operators;  // compared without regard to case
  std::vector<std::string> countries;
  std::vector<std::string> operator_countries;
};

// Lists that came from somewhere else than the user's own configuration.
struct BorrowedTrust {
  std::string origin;  // "packs.in-69a-2020"
  Trust trust = Trust::untrusted;
  TrustLists lists;
};

struct TrustConfig {
  Trust fallback = Trust::unknown;  // trust.default
  TrustLists trusted;               // the user's own
  TrustLists untrusted;
  std::vector<BorrowedTrust> borrowed;
};

// All members that are set must hold; a list holds when any of its entries does.
struct RuleCondition {
  std::vector<DataClass> classes;
  std::vector<DataType> types;
  std::vector<Trust> trust;
  std::optional<bool> cleartext;
  std::vector<std::string> countries;
  std::vector<std::string> countries_not;  // holds where the country is none of these, or unknown
  std::vector<std::string> operator_countries;
  std::vector<uint32_t> asns;
  std::vector<std::string> apps;     // catalogue names, without regard to case
  std::vector<std::string> devices;  // id, name, MAC or address
  std::vector<std::string> groups;
  std::vector<std::string> domains;  // a domain covers its subdomains
  double min_confidence = 0;
};

struct RuleConfig {
  std::string name;  // unique
  RuleCondition when;
  VerdictKind verdict = VerdictKind::alert;
  int severity = 3;    // 1 worst .. 3
  std::string origin;  // "default rules", "pack cleartext-strict" or the file
};

// A value of somebody's that is looked for in all its spellings. Never printed.
struct KnownValue {
  DataType type = DataType::imei;
  std::string value;
  std::string owner;
};

// Known values of which only keyed hashes are kept; see `telltale vault`.
struct VaultConfig {
  std::string path;  // empty: none
  std::string key;   // by default the path with ".key"
};

// Matches by MAC address where there is one, else by address.
struct DeviceConfig {
  std::optional<MacAddress> mac;
  std::optional<Cidr> ip;
  std::string name;
  std::string group;
};

struct FeedConfig {
  std::string path;
  std::string format = "auto";
  Trust trust = Trust::untrusted;
};

struct OutputConfig {
  std::string type;  // eve, syslog, mqtt, webhook
  std::string path;
  std::string url;
  std::string topic;
};

struct StoreConfig {
  std::string path;  // empty: no store
  std::chrono::seconds retention = std::chrono::hours(24 * 30);
  uint64_t max_size = 1ULL << 30;  // bytes
};

struct WebConfig {
  std::string listen = "127.0.0.1:8480";  // address:port, IPv6 in brackets
};

enum class SampleMode : uint8_t { masked, fingerprint, clear };

struct PrivacyConfig {
  SampleMode samples = SampleMode::masked;
};

// Who is behind a domain, from the packs: facts, not trust.
struct CatalogEntry {
  std::string app;
  std::string operator_name;
  std::string operator_country;  // empty when unknown
  std::vector<std::string> domains;
};

struct Config {
  SensorConfig sensor;
  CaptureConfig capture;
  TlsConfig tls;
  InspectConfig inspect;
  GeoConfig geoip;
  TrustConfig trust;
  std::vector<RuleConfig> rules;
  std::vector<KnownValue> known_values;
  VaultConfig vault;
  std::vector<DeviceConfig> devices;
  std::vector<FeedConfig> feeds;
  std::vector<OutputConfig> outputs;
  StoreConfig store;
  WebConfig web;
  PrivacyConfig privacy;
  std::vector<CatalogEntry> catalog;  // of all shipped packs and of those applied

  const Limits& limits() const { return inspect.limits; }
};

Config default_config();

// Reads a configuration on top of the defaults. Relative paths in it are taken from the file's
// folder. Throws ConfigError, also when the file cannot be read.
Config load_config(const std::string& path);

// The same from text; `name` stands for the file in errors, and relative paths are left as they
// are.
Config parse_config(std::string_view text, const std::string& name);

// Puts a policy on top of `config`: a shipped pack by its name, or a YAML file (a name with '/' or
// ending in .yaml or .yml). A file's trust entries count as the user's own; a pack's do not. Its
// rules go before all others, and its trust.default replaces the one there. Throws ConfigError.
void apply_policy_pack(Config& config, const std::string& name_or_path);

// Names of the shipped packs, sorted.
std::vector<std::string> shipped_packs();

}  // namespace telltale
