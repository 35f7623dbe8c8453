#include "sensor/cli/web_service.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "config/device_book.h"
#include "geoip/geo_files.h"
#include "sensor/base/encoding.h"
#include "sensor/cli/command.h"
#include "sensor/web/server_certificate.h"

namespace telltale {
namespace {

namespace fs = std::filesystem;

std::string beside(const std::string& store, const char* name) {
  return (fs::path(store).parent_path() / name).string();
}

struct Listen {
  IpAddress address;
  uint16_t port = 0;
};

// What values::listen_address let pass.
Listen parse_listen(const std::string& spec) {
  const size_t colon = spec.rfind(':');
  std::string host = spec.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  Listen listen;
  listen.address = IpAddress::parse(host == "localhost" ? "127.0.0.1" : host).value_or(IpAddress());
  std::from_chars(spec.data() + colon + 1, spec.data() + spec.size(), listen.port);
  return listen;
}

std::string machine_name() {
  std::string name(256, '\0');
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return ascii_lower(name.c_str());
}

// As audits of uploads run in another folder.
PolicyOptions absolute(PolicyOptions options) {
  if (!options.config.empty()) options.config = fs::absolute(options.config).string();
  const std::vector<std::string> packs = shipped_packs();
  for (std::string& policy : options.policies) {
    if (std::find(packs.begin(), packs.end(), policy) == packs.end()) {
      policy = fs::absolute(policy).string();
    }
  }
  return options;
}

// Names that browsers in the same network may know this machine by.
std::vector<std::string> own_names(const WebConfig& web) {
  std::vector<std::string> names;
  for (const std::string& name : web.hosts) names.push_back(ascii_lower(name));
  const std::string machine = machine_name();
  if (machine.empty()) return names;
  names.push_back(machine);
  if (machine.find('.') == std::string::npos) names.push_back(machine + ".local");
  return names;
}

}  // namespace

void use_web_files(Config& config) {
  const std::string& store = config.store.path;
  if (config.mutes.file.empty()) config.mutes.file = beside(store, "mutes.yaml");
  if (config.devices_file.empty()) config.devices_file = beside(store, "devices.yaml");
  if (config.web.access_file.empty()) config.web.access_file = beside(store, "web.access");
  use_devices_file(config);
}

std::vector<DashboardHost::GeoFile> geo_files_of(const GeoDatabases& databases,
                                                 std::chrono::seconds max_age) {
  std::vector<DashboardHost::GeoFile> files;
  const Timestamp now = std::chrono::system_clock::now();
  for (const GeoDatabaseInfo& info : databases.info()) {
    files.push_back({fs::path(info.path).filename().string(), info.type, info.licence, info.built,
                     now - info.built > max_age});
  }
  return files;
}

WebService::WebService(const Config& config, const WebServiceOptions& options)
    : web_(config.web),
      dashboard_options_{.store = config.store.path,
                         .mutes_file = config.mutes.file,
                         .devices_file = config.devices_file,
                         .max_upload = config.web.max_upload,
                         .live = options.live,
                         .credentials = load_credentials(config.web.access_file)} {
  if (web_.max_upload == 0) return;
  std::error_code error;
  const std::string uploads = beside(config.store.path, "uploads");
  fs::create_directories(uploads, error);
  if (error) {
    notes_.push_back(
        fmt::format("{}: {}; captures cannot be given to the web page", uploads, error.message()));
    return;
  }
  dashboard_options_.uploads = fs::absolute(uploads).string();
  AuditHelperOptions helper{absolute(options.policy), options.home, dashboard_options_.uploads,
                            options.read};
  helper.sandbox = config.sensor.sandbox;
  helper_ = std::make_unique<AuditHelper>(helper);
}

WebService::~WebService() { stop(); }

HttpServerOptions WebService::server_options() {
  const Listen listen = parse_listen(web_.listen);
  const bool is_private = listen.address.is_loopback();
  if (!is_private && dashboard_options_.credentials.empty()) {
    throw WebError(fmt::format(
        "web.listen: {} can be reached by others, and nobody has to log in; set a password with "
        "telltale web passwd, or listen on 127.0.0.1",
        web_.listen));
  }
  HttpServerOptions options{.address = listen.address, .port = listen.port};
  options.hosts = own_names(web_);
  is_secure_ = web_.tls == WebTls::on || (web_.tls == WebTls::automatic && !is_private);
  if (!is_secure_) return options;
  options.certificate = web_.certificate;
  options.key = web_.key;
  if (!options.certificate.empty()) return options;
  options.certificate = beside(dashboard_options_.store, "web.pem");
  options.key = beside(dashboard_options_.store, "web.key");
  std::vector<std::string> names = options.hosts;
  names.emplace_back("localhost");
  if (!listen.address.is_unspecified()) names.push_back(listen.address.to_string());
  ensure_certificate(options.certificate, options.key, names);
  notes_.push_back("the web page has a certificate of its own making, SHA-256 " +
                   certificate_fingerprint(options.certificate));
  return options;
}

void WebService::open(DashboardHost& host) {
  HttpServerOptions options = server_options();
  dashboard_ = std::make_unique<Dashboard>(dashboard_options_, host, helper_.get());
  server_ = std::make_unique<HttpServer>(std::move(options), *dashboard_);
}

void WebService::start() { server_->start(); }

void WebService::stop() {
  if (server_) server_->stop();
}

std::string WebService::url() const {
  return fmt::format("{}://{}/", is_secure_ ? "https" : "http", web_.listen);
}

}  // namespace telltale
