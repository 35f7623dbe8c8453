#include "config/sections.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/format.h>

#include "config/catalogue.h"
#include "config/device_book.h"
#include "config/mutes.h"
#include "config/section.h"
#include "config/values.h"

namespace telltale {
namespace {

constexpr uint64_t kMiB = 1ULL << 20;

// A size from `min` to `max` bytes.
auto size_in(uint64_t min, uint64_t max) {
  return [min, max](const YamlNode& node) {
    const uint64_t bytes = values::size(node);
    if (bytes < min || bytes > max) {
      node.fail(fmt::format("expected a size from {} bytes to {}MiB, not {}", min, max / kMiB,
                            node.described()));
    }
    return bytes;
  };
}

// The name of a file without its folder and its last ending.
std::string stem_of(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

auto path_parser(const std::string& folder) {
  return [&folder](const YamlNode& node) { return path_in(folder, values::non_empty_text(node)); };
}

void read_sensor(const YamlNode& node, SensorConfig& sensor) {
  Section section(node, "sensor");
  section.read("name", sensor.name, values::non_empty_text);
  section.read_list("home_networks", sensor.home_networks, values::network);
  section.read("timezone", sensor.clock, values::time_zone);
  section.read("memory", sensor.memory, size_in(kLeastMemory, 1024 * 1024 * kMiB));
  section.read("user", sensor.user, values::non_empty_text);
  section.read("sandbox", sensor.sandbox, values::flag);
  section.read("workers", sensor.workers, [](const YamlNode& value) -> size_t {
    if (value.kind == YamlNode::Kind::scalar && value.text == "auto") return 0;
    if (value.kind != YamlNode::Kind::scalar || value.text.empty() ||
        value.text.find_first_not_of("0123456789") != std::string::npos) {
      value.fail(
          fmt::format("expected auto or a whole number from 1 to 256, not {}", value.described()));
    }
    return values::integer(value, 1, 256);
  });
  section.done();
}

void read_capture(const YamlNode& node, CaptureConfig& capture) {
  Section section(node, "capture");
  section.read_list("interfaces", capture.interfaces, values::non_empty_text);
  section.read("bpf", capture.bpf, values::text);
  section.read("snaplen", capture.snaplen, values::number<uint32_t>(64, 262'144));
  section.read("buffer", capture.buffer, size_in(kMiB, 4096 * kMiB));
  section.read("promiscuous", capture.promiscuous, values::flag);
  section.done();
}

void read_tls(const YamlNode& node, const std::string& folder, TlsConfig& tls) {
  Section section(node, "tls");
  section.read_list("keylog", tls.keylog, path_parser(folder));
  section.done();
}

void read_inspect(const YamlNode& node, InspectConfig& inspect) {
  Section section(node, "inspect");
  section.read("max_body", inspect.limits.max_body, size_in(1024, 1024 * kMiB));
  section.read("max_inflate_ratio", inspect.limits.max_inflate_ratio,
               values::number<size_t>(1, 100'000));
  section.read("max_depth", inspect.limits.max_depth, values::number<size_t>(1, 32));
  section.read("lateral", inspect.lateral, values::flag);
  section.done();
}

// Encrypted, so that nobody between can change the data or read a key; a test may serve itself.
std::string read_url(const YamlNode& node) {
  const std::string url = values::non_empty_text(node);
  const bool is_local = url.starts_with("http://127.0.0.1:") || url.starts_with("http://[::1]:");
  if (!url.starts_with("https://") && !is_local) {
    node.fail(fmt::format("expected a URL that begins with https://, not {}", node.described()));
  }
  return url;
}

std::string read_variable_name(const YamlNode& node) {
  const std::string name = values::non_empty_text(node);
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  if (name.find_first_not_of(kAllowed) != std::string::npos) {
    node.fail(
        "expected the name of an environment variable such as GEOIP_LICENCE_KEY; the key "
        "itself must not stand in this file");
  }
  return name;
}

std::string read_file_name(const YamlNode& node) {
  const std::string name = values::non_empty_text(node);
  if (name.find('/') != std::string::npos || !name.ends_with(".mmdb") || name.front() == '.') {
    node.fail(fmt::format("expected a file name such as country.mmdb, not {}", node.described()));
  }
  return name;
}

GeoUpdateConfig read_geo_update(const YamlNode& node) {
  Section section(node, "a geo update");
  GeoUpdateConfig update;
  section.read("url", update.url, read_url);
  section.read("sha256_url", update.sha256_url, read_url);
  section.read("licence_key_env", update.licence_key_env, read_variable_name);
  section.read("account_env", update.account_env, read_variable_name);
  section.read("file", update.file, read_file_name);
  section.done();
  if (update.url.empty()) {
    section.missing("url",
                    "https://download.db-ip.com/free/"
                    "dbip-country-lite-{year}-{month}.mmdb.gz");
  }
  return update;
}

void read_geoip(const YamlNode& node, const std::string& folder, GeoConfig& geoip) {
  Section section(node, "geoip");
  geoip.search = section.find("databases") == nullptr;
  section.read_list("databases", geoip.databases, path_parser(folder));
  section.read("max_age", geoip.max_age, values::duration);
  section.read_list("update", geoip.update, read_geo_update);
  section.done();
}

KnownValue read_known_value(const YamlNode& node) {
  Section section(node, "a known value");
  KnownValue known;
  const bool typed = section.read("type", known.type, values::data_type);
  section.read("value", known.value, values::secret_text);
  section.read("owner", known.owner, values::text);
  section.done();
  if (!typed) section.missing("type", "imei");
  if (known.value.empty()) section.missing("value", "\"490154203237518\"");
  return known;
}

void read_vault(const YamlNode& node, const std::string& folder, VaultConfig& vault) {
  Section section(node, "vault");
  section.read("path", vault.path, path_parser(folder));
  section.read("key", vault.key, path_parser(folder));
  section.done();
  if (vault.path.empty()) section.missing("path", "values.vault");
  if (vault.key.empty()) vault.key = vault.path + ".key";
}

FeedConfig read_feed(const YamlNode& node, const std::string& folder) {
  static const auto kFormat = values::one_of<std::string>({{"auto", "auto"},
                                                           {"domains", "domains"},
                                                           {"hosts", "hosts"},
                                                           {"adblock", "adblock"},
                                                           {"stalkerware", "stalkerware"},
                                                           {"csv", "csv"},
                                                           {"misp", "misp"},
                                                           {"stix", "stix"},
                                                           {"maltrail", "maltrail"},
                                                           {"dnsmasq", "dnsmasq"},
                                                           {"rpz", "rpz"}});
  static const auto kSide =
      values::one_of<Trust>({{"trusted", Trust::trusted}, {"untrusted", Trust::untrusted}});
  Section section(node, "a feed");
  FeedConfig feed;
  section.read("path", feed.path, path_parser(folder));
  section.read("format", feed.format, kFormat);
  section.read("name", feed.name, values::non_empty_text);
  section.read("trust", feed.trust, kSide);
  section.done();
  if (feed.path.empty()) section.missing("path", "lists/stalkerware.yaml");
  if (feed.name.empty()) feed.name = stem_of(feed.path);
  return feed;
}

std::vector<CatalogEntry> read_own_catalogue(const YamlNode& node, const std::string& folder) {
  const std::string path = path_in(folder, values::non_empty_text(node));
  const YamlDocument document(read_config_file(path), path);
  std::vector<CatalogEntry> entries = read_catalogue(document.root());
  for (CatalogEntry& entry : entries) entry.own = true;
  return entries;
}

void read_catalogues(Section& file, const std::string& folder, Config& config) {
  std::vector<std::vector<CatalogEntry>> own;
  file.read_list("catalogue", own,
                 [&](const YamlNode& node) { return read_own_catalogue(node, folder); });
  for (auto& entries : own) merge_catalog(std::move(entries), config.catalog);
}

// In which forms an output of that type can write.
std::function<std::string(const YamlNode&)> format_of(const std::string& type) {
  if (type == "webhook") {
    return values::one_of<std::string>(
        {{"json", "json"}, {"ntfy", "ntfy"}, {"slack", "slack"}, {"gotify", "gotify"}});
  }
  if (type == "syslog") return values::one_of<std::string>({{"json", "json"}, {"cef", "cef"}});
  return values::one_of<std::string>({{"json", "json"}});
}

// Each has what waits for it to itself.
void require_another_place(const YamlNode& node, const std::vector<OutputConfig>& before,
                           const OutputConfig& output) {
  const auto place = [](const OutputConfig& one) {
    return std::tie(one.type, one.path, one.url, one.topic, one.format);
  };
  const bool is_taken = std::any_of(before.begin(), before.end(), [&](const OutputConfig& other) {
    return place(other) == place(output);
  });
  if (is_taken) {
    node.fail(fmt::format("an output above tells the same place as this {}; name all events in one",
                          output.type));
  }
}

OutputConfig read_output(const YamlNode& node, const std::string& folder) {
  static const auto kType = values::one_of<std::string>(
      {{"eve", "eve"}, {"syslog", "syslog"}, {"mqtt", "mqtt"}, {"webhook", "webhook"}});
  static const auto kEvent = values::one_of<std::string>({{"finding", "finding"},
                                                          {"alert", "alert"},
                                                          {"notice", "notice"},
                                                          {"anomaly", "anomaly"},
                                                          {"flow", "flow"},
                                                          {"device", "device"},
                                                          {"stats", "stats"}});
  Section section(node, "an output");
  OutputConfig output;
  section.read("type", output.type, kType);
  section.read("path", output.path, path_parser(folder));
  section.read("url", output.url, values::non_empty_text);
  section.read("topic", output.topic, values::non_empty_text);
  section.read("format", output.format, format_of(output.type));
  section.read_list("events", output.events, kEvent);
  section.read("user", output.user, values::non_empty_text);
  section.read("secret_file", output.secret_file, path_parser(folder));
  section.read("secret_env", output.secret_env, read_variable_name);
  section.read("ca_file", output.ca_file, path_parser(folder));
  section.read("rate", output.rate, values::number<uint32_t>(0, 100'000));
  section.read("spool", output.spool, size_in(kMiB, 1024 * 1024 * kMiB));
  section.done();
  if (output.type.empty()) section.missing("type", "eve");
  if (output.type == "eve" && output.path.empty()) {
    section.missing("path", "/var/log/telltale/eve.json");
  }
  return output;
}

void read_store(const YamlNode& node, const std::string& folder, StoreConfig& store) {
  Section section(node, "store");
  section.read("path", store.path, path_parser(folder));
  section.read("retention", store.retention, values::duration);
  section.read("max_size", store.max_size, size_in(kMiB, kMiB << 20));
  section.done();
}

void read_web(const YamlNode& node, const std::string& folder, WebConfig& web) {
  static const auto kTls = values::one_of<WebTls>(
      {{"auto", WebTls::automatic}, {"on", WebTls::on}, {"off", WebTls::off}});
  Section section(node, "web");
  web.configured = true;
  section.read("enabled", web.enabled, values::flag);
  section.read("listen", web.listen, values::listen_address);
  section.read("access_file", web.access_file, path_parser(folder));
  section.read("tls", web.tls, kTls);
  section.read("certificate", web.certificate, path_parser(folder));
  section.read("key", web.key, path_parser(folder));
  section.read_list("hosts", web.hosts, values::non_empty_text);
  section.read("max_upload", web.max_upload, size_in(0, 1024 * 1024 * kMiB));
  section.done();
  if (web.certificate.empty() != web.key.empty()) {
    section.missing(web.key.empty() ? "key" : "certificate", "/etc/telltale/web.pem");
  }
}

void read_privacy(const YamlNode& node, PrivacyConfig& privacy) {
  static const auto kSamples = values::one_of<SampleMode>({{"masked", SampleMode::masked},
                                                           {"fingerprint", SampleMode::fingerprint},
                                                           {"clear", SampleMode::clear}});
  Section section(node, "privacy");
  section.read("samples", privacy.samples, kSamples);
  section.done();
}

}  // namespace

std::string path_in(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + path;
}

void read_config(const YamlNode& root, const std::string& folder, Config& config) {
  Section file(root, "the configuration");
  const auto section = [&](std::string_view key, auto read) {
    if (const YamlNode* node = file.find(key)) Section::guard(*node, [&] { read(*node); });
  };
  section("sensor", [&](const YamlNode& node) { read_sensor(node, config.sensor); });
  section("capture", [&](const YamlNode& node) { read_capture(node, config.capture); });
  section("tls", [&](const YamlNode& node) { read_tls(node, folder, config.tls); });
  section("inspect", [&](const YamlNode& node) { read_inspect(node, config.inspect); });
  section("geoip", [&](const YamlNode& node) { read_geoip(node, folder, config.geoip); });
  section("trust", [&](const YamlNode& node) {
    merge_own(read_trust(node, folder, PackDepth::with_listed_packs), config);
  });
  section("rules", [&](const YamlNode& node) { config.rules = read_rules(node, node.file()); });
  file.read_list("known_values", config.known_values, read_known_value);
  section("vault", [&](const YamlNode& node) { read_vault(node, folder, config.vault); });
  file.read_list("devices", config.devices, read_device);
  file.read("devices_file", config.devices_file, path_parser(folder));
  use_devices_file(config);
  file.read_list("feeds", config.feeds,
                 [&](const YamlNode& node) { return read_feed(node, folder); });
  file.read_list("mutes", config.mutes.entries, read_mute);
  file.read("mutes_file", config.mutes.file, path_parser(folder));
  read_catalogues(file, folder, config);
  file.read_list("outputs", config.outputs, [&](const YamlNode& node) {
    OutputConfig output = read_output(node, folder);
    require_another_place(node, config.outputs, output);
    return output;
  });
  section("store", [&](const YamlNode& node) { read_store(node, folder, config.store); });
  section("web", [&](const YamlNode& node) { read_web(node, folder, config.web); });
  section("privacy", [&](const YamlNode& node) { read_privacy(node, config.privacy); });
  file.done();
}

}  // namespace telltale
