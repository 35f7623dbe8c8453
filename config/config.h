// The configuration: plain structs, filled from YAML once at start-up, immutable afterwards and
// handed in.
//
// load_config() reads a file, default_config() is what holds without one, apply_policy_pack() puts
// a policy on top. Everything wrong with a file is a ConfigError whose what() is one line,
// `FILE:LINE:COL: what is wrong, and what would be right`, line and column from 1.
// To add a key: a member here, a line in config/sections.cpp or config/policy_sections.cpp, and one in
// docs/configuration.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/feed_limits.h"
#include "config/limits.h"
#include "config/local_time.h"
#include "sensor/base/ip_address.h"
#include "sensor/model/event.h"
#include "sensor/model/taxonomy.h"

namespace telltale {

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr std::chrono::seconds kDefaultAlertWindow = std::chrono::hours(24);

struct SensorConfig {
  std::string name = "telltale";
  std::vector<Cidr> home_networks;  // by default private, link-local, shared and loopback ranges
  size_t workers = 0;               // 0: auto, as many as the machine has
  uint64_t memory = 0;              // bytes a running sensor may take beside the capture buffer; 0: no bound
  std::string user;                 // that a sensor started by root becomes; empty: telltale, where there is one
  bool sandbox = true;              // confine a running sensor to its files and system calls
  LocalClock clock;                 // where times of day are meant; sensor.timezone
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

// What a rule speaks of. A finding is data seen leaving; a contact is a flow to a server, whatever was
// in it; an anomaly is behaviour.
enum class RuleSubject : uint8_t { finding, contact, anomaly };
std::string_view name_of(RuleSubject subject);

// All members that are set must hold; a list holds when any of its entries does.
struct RuleCondition {
  RuleSubject subject = RuleSubject::finding;
  std::vector<std::string> anomalies;  // types; empty with subject anomaly: any
  std::vector<DataClass> classes;
  std::vector<DataType> types;
  std::vector<Trust> trust;
  std::optional<bool> cleartext;
  std::vector<std::string> countries;
  std::vector<std::string> countries_not;  // holds where the country is none of these, or unknown
  std::vector<std::string> operators;           // without regard to case
  std::vector<std::string> operator_countries;
  std::vector<uint32_t> asns;
  std::vector<std::string> lists;  // parts of the name of the list that decided on trust
  std::vector<std::string> apps;     // catalogue names, without regard to case
  std::vector<std::string> devices;  // id, name, MAC or address
  std::vector<std::string> groups;
  std::vector<std::string> domains;  // a domain covers its subdomains
  std::vector<Cidr> addresses;       // of the server
  std::vector<DayTime> times;        // local time of day, where any holds
  Weekdays days = kEveryDay;         // local days; of a span over midnight the day it began
  double min_confidence = 0;         // of an anomaly: its score
  uint64_t min_bytes = 0;            // that the flow had sent by then
};

struct RuleConfig {
  std::string name;  // unique
  RuleCondition when;
  VerdictKind verdict = VerdictKind::alert;
  int severity = 3;    // 1 worst .. 3
  // What the same device tells the same server under this rule within the window is one alert.
  std::chrono::seconds window = kDefaultAlertWindow;
  std::string origin;  // "default rules", "pack cleartext-strict" or the file
  int line = 0;        // in its file
};

// "This is fine, for this device, this data, this destination, until." All that are set must hold.
struct MuteConfig {
  std::string name;    // what the explanation calls it; by default what it says
  std::vector<std::string> devices;
  std::vector<std::string> groups;
  std::vector<DataClass> classes;
  std::vector<DataType> types;
  std::vector<std::string> anomalies;
  std::vector<std::string> domains;  // a domain covers its subdomains
  std::vector<Cidr> addresses;
  std::vector<std::string> apps;
  std::vector<std::string> rules;    // names of rules
  std::optional<Timestamp> until;    // of the packet's time; none: for good
  std::string reason;
};

// Mutes in the configuration, and the file that the daemon and the web page write theirs to.
struct MutesConfig {
  std::vector<MuteConfig> entries;
  std::string file;  // empty: none
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
  bool from_file = false;  // of devices_file
};

struct FeedConfig {
  std::string path;
  std::string name;  // in reasons: "untrusted.feeds.NAME"; by default the file's name without its end
  std::string format = "auto";
  Trust trust = Trust::untrusted;
};

struct OutputConfig {
  std::string type;  // eve, syslog, mqtt, webhook
  std::string path;
  std::string url;
  std::string topic;
  std::string format;               // of a webhook: json, ntfy, slack, gotify; of syslog: json, cef
  std::vector<std::string> events;  // types; empty: all of a file, alerts for the others
  std::string user;                 // of mqtt
  std::string secret_file;          // its first line is the token or password
  std::string secret_env;           // or this variable
  std::string ca_file;              // instead of the system's certificates
  uint32_t rate = 60;               // messages a minute to a webhook; 0: as many as there are
  uint64_t spool = 64ULL << 20;     // bytes that wait while the receiver is away

  friend bool operator==(const OutputConfig&, const OutputConfig&) = default;
};

struct StoreConfig {
  std::string path;  // empty: no store
  std::chrono::seconds retention = std::chrono::hours(24 * 30);
  uint64_t max_size = 1ULL << 30;  // bytes
};

enum class WebTls : uint8_t { automatic, on, off };

struct WebConfig {
  bool enabled = true;
  bool configured = false;  // the configuration speaks of it, so that it must work
  std::string listen = "127.0.0.1:8480";  // address:port, IPv6 in brackets
  std::string access_file;  // password and tokens; empty: web.access beside the store
  WebTls tls = WebTls::automatic;  // automatic: on where others than this machine can reach it
  std::string certificate;         // PEM; empty: one of our own making, beside the store
  std::string key;
  std::vector<std::string> hosts;          // names it is called by, beside addresses and this machine's
  uint64_t max_upload = 256ULL << 20;      // bytes of a capture given to it; 0: none is taken

  friend bool operator==(const WebConfig&, const WebConfig&) = default;
};

enum class SampleMode : uint8_t { masked, fingerprint, clear };

struct PrivacyConfig {
  SampleMode samples = SampleMode::masked;
};

// Where facts were taken from, and on what terms.
struct CatalogSource {
  std::string name;
  std::string licence;
  size_t domains = 0;  // how many of the entry's domains, in their order, come from here
};

// Who is behind a domain or a network, from the catalogue and the packs: facts, not trust.
struct CatalogEntry {
  std::string app;
  std::string kind;  // app, sdk, device, network, stalkerware, watchware; empty in packs
  std::string operator_name;
  std::string operator_country;  // empty when unknown
  std::vector<std::string> domains;
  std::vector<CatalogSource> sources;
  std::vector<uint32_t> asns;      // of networks whose servers are all its own, none rented out
  std::string asns_source;
  std::vector<DataType> collects;  // is known to; a hint for people, never evidence
  std::string collects_source;
  std::string note;
  bool own = false;  // the user's: comes before what is shipped
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
  std::string devices_file;  // names and groups given on the web page; empty: none
  std::vector<FeedConfig> feeds;
  FeedLimits feed_limits;
  MutesConfig mutes;
  std::vector<OutputConfig> outputs;
  StoreConfig store;
  WebConfig web;
  PrivacyConfig privacy;
  std::vector<CatalogEntry> catalog;  // shipped, of packs, and the user's own

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

// Every problem of a configuration or a policy (whichever the file is, by its keys), each a line as of
// ConfigError; empty where there is none.
std::vector<std::string> check_config(const std::string& path);

// False for a policy, which has trust and rules at most beside its `pack` and `apps`. Throws ConfigError.
bool is_configuration(const std::string& path);

// Names of the shipped packs, sorted.
std::vector<std::string> shipped_packs();

}  // namespace telltale
