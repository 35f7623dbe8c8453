// The dashboard as `telltale run` and `telltale web` serve it: its address, who may see it, its
// certificate, and audits of uploads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "geoip/geo_lookup.h"
#include "sensor/cli/audit_helper.h"
#include "sensor/cli/policy_options.h"
#include "sensor/web/dashboard.h"
#include "sensor/web/http_server.h"

namespace telltale {

// Where a page that serves `config.store` keeps what it writes, as far as the configuration does
// not say: beside the store. Takes in the names that were given on the page. Throws ConfigError.
void use_web_files(Config& config);

std::vector<DashboardHost::GeoFile> geo_files_of(const GeoDatabases& databases,
                                                 std::chrono::seconds max_age);

struct WebServiceOptions {
  bool live = false;
  PolicyOptions policy;  // that uploads are judged by, as what is watched
  std::vector<std::string> home;
  std::vector<std::string> read;  // folders an audit of an upload may read
};

class WebService {
 public:
  // Starts the helper for uploads, as long as there are no threads. `config` needs a store.
  // Throws UsageError.
  WebService(const Config& config, const WebServiceOptions& options);
  ~WebService();
  WebService(const WebService&) = delete;

  // Takes the address. The store must be there. Throws WebError, StoreError.
  void open(DashboardHost& host);
  // In threads of its own.
  void start();
  void stop();

  std::string url() const;
  // What whoever starts it should know besides, a line each.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  HttpServerOptions server_options();

  const WebConfig web_;
  DashboardOptions dashboard_options_;
  std::unique_ptr<AuditHelper> helper_;
  std::unique_ptr<Dashboard> dashboard_;
  std::unique_ptr<HttpServer> server_;
  bool is_secure_ = false;
  std::vector<std::string> notes_;
};

}  // namespace telltale
