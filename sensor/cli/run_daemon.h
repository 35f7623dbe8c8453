// RunDaemon: the running sensor: everything is opened, what only that needed is given up, packets
// are watched until somebody says stop.
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/capture/live_capture.h"
#include "sensor/cli/control_socket.h"
#include "sensor/cli/key_feed.h"
#include "sensor/cli/policy_options.h"
#include "sensor/cli/run_sandbox.h"
#include "sensor/cli/service_manager.h"
#include "sensor/cli/web_service.h"
#include "sensor/output/describe.h"
#include "sensor/output/line_file.h"
#include "sensor/output/outputs.h"
#include "sensor/pipeline/engine.h"
#include "sensor/pipeline/sensor_parts.h"
#include "sensor/policy/file_watch.h"
#include "sensor/store/writer.h"

namespace telltale {

struct RunOptions {
  PolicyOptions policy;
  std::vector<std::string> interfaces;
  std::vector<std::string> home;
  std::string filter;
  std::string json;
  std::string store;
  std::string control;
  size_t workers = 0;  // 0: as the configuration or the machine says
  bool reveal = false;
};

// The configuration with what the command line says on top. Throws ConfigError, UsageError.
Config run_configuration(const RunOptions& options);

class RunDaemon final : public EventSink, private EngineHooks {
 public:
  // Opens everything. Throws UsageError, LiveError, ConfigError, StoreError, OutputError.
  explicit RunDaemon(RunOptions options);
  ~RunDaemon() override;

  // Until SIGTERM or SIGINT; then everything is flushed. The exit status.
  int run();

  void on_event(Event&& event) override;

 private:
  class Host;
  RunFiles files() const;
  void prepare_web(const RunFiles& files);
  void open_web();
  void open_capture();
  void open_sinks();
  bool wants_keys() override { return keys_->wants_keys(); }
  void take_keys(bool last) override { keys_->take_keys(last); }
  void on_second(Timestamp now) override;
  void add_to(StatsEvent& stats) override;
  void refresh_files();
  void refresh_names();
  void flush();
  ControlSocket::Answer command(const std::string& command);
  ControlSocket::Answer reload();
  void say(const std::string& line) const;

  RunOptions options_;
  Config config_;
  std::unique_ptr<LiveCapture> capture_;
  std::optional<SensorParts> parts_;
  std::shared_mutex policy_mutex_;  // held by whoever judges beside the engine, and by who changes
  std::optional<KeyFeed> keys_;
  EventContext context_;
  std::optional<LineFile> json_;
  std::optional<Outputs> outputs_;
  std::optional<StoreWriter> store_;
  StoreState store_state_ = StoreState::ok;
  std::optional<ControlSocket> control_;
  ServiceManager service_;
  Timestamp next_refresh_;
  std::optional<FileWatch> names_;  // devices_file
  std::unique_ptr<Host> host_;
  std::unique_ptr<WebService> web_;  // goes first: it asks all the others
};

}  // namespace telltale
