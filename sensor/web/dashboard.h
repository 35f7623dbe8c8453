// The dashboard and its API: what is asked for is looked up in a store, judged by the policy of
// whoever runs it, and answered as JSON (openapi.json).
//
// It reads the store that the sensor writes, nothing else of the sensor's, so that it serves a
// running sensor and a past audit alike. What people say (mutes, names) goes into files that the
// sensor takes up.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/policy/explain.h"
#include "sensor/web/access.h"
#include "sensor/web/http_server.h"

namespace telltale {

// What whoever runs the dashboard knows and does for it. Called from several threads at once.
class DashboardHost {
 public:
  virtual ~DashboardHost() = default;

  // Runs `use` with the policy as it is now, which stays as it is meanwhile.
  virtual void with_policy(const std::function<void(const PolicyView&)>& use) = 0;

  struct Interface {
    std::string name;
    bool up = false;
    uint64_t packets = 0;
    uint64_t dropped = 0;
  };
  virtual std::vector<Interface> interfaces() { return {}; }

  struct GeoFile {
    std::string name;  // without its folder
    std::string kind;
    std::string licence;
    Timestamp built;
    bool too_old = false;
  };
  virtual std::vector<GeoFile> geo_files() { return {}; }
};

// Audits of captures that were given to the page, outside this process.
class AuditQueue {
 public:
  virtual ~AuditQueue() = default;
  struct Job {
    std::string folder;   // has the capture, keys.log perhaps; gets what comes of it
    std::string capture;  // its name in the folder
  };
  // Runs it when those before are done: `state`, `audit.sqlite` and `report.html` appear in its
  // folder.
  virtual void start(const Job& job) = 0;
  virtual void cancel(const std::string& folder) = 0;
};

struct DashboardOptions {
  std::string store;
  std::string mutes_file;    // empty: nothing can be muted here
  std::string devices_file;  // empty: nothing can be renamed here
  std::string uploads;       // a folder; empty: no captures are taken
  uint64_t max_upload = 0;   // bytes
  bool live = false;
  Credentials credentials;
};

class Dashboard final : public HttpApplication {
 public:
  // `queue` null: no captures are taken. Throws StoreError.
  Dashboard(DashboardOptions options, DashboardHost& host, AuditQueue* queue);
  ~Dashboard() override;
  Dashboard(const Dashboard&) = delete;

  WebReply answer(const WebRequest& request) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
