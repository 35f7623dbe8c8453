#include "sensor/cli/run_daemon.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "config/device_book.h"
#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/geoip.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/json_lines.h"

namespace telltale {
namespace {

constexpr std::chrono::seconds kPatience{5};  // with receivers when it is over
constexpr std::chrono::seconds kRefresh{2};   // between looks at files that may have changed

std::atomic<LiveCapture*> g_capture{nullptr};  // for the signal handlers alone
std::atomic<bool> g_stopping{false};
std::atomic<bool> g_hang_up{false};

// The first asks to stop and flush, a second does not wait for that.
void on_stop(int) {
  if (g_stopping.exchange(true)) _exit(1);
  if (LiveCapture* capture = g_capture.load()) capture->stop();
}

void on_hang_up(int) { g_hang_up.store(true); }

void catch_signals() {
  struct sigaction action {};
  action.sa_flags = SA_RESTART;
  action.sa_handler = on_stop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  action.sa_handler = on_hang_up;
  sigaction(SIGHUP, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

Timestamp wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::vector<std::string> interfaces_to_watch(const Config& config) {
  if (!config.capture.interfaces.empty()) return config.capture.interfaces;
  const std::string usual = usual_interface();
  if (!usual.empty()) return {usual};
  std::string there;
  for (const std::string& name : capture_interfaces()) there += (there.empty() ? "" : ", ") + name;
  throw UsageError(
      "telltale: no interface was named, and this machine has neither a bridge nor a default "
      "route; give one with -i: " +
      there);
}

// The store's buffers are as large as by default, or their share of the memory.
StoreOptions store_options(const Config& config) {
  constexpr size_t kShare = 24;         // parts of the memory
  constexpr size_t kBytesOfARow = 700;  // that is remembered, its description included
  StoreOptions options{.path = config.store.path,
                       .sensor = config.sensor.name,
                       .retention = config.store.retention,
                       .max_size = config.store.max_size};
  if (config.sensor.memory > 0) {
    const size_t share = config.sensor.memory / kShare;
    options.max_pending = std::min(options.max_pending, share);
    options.cache = std::min(options.cache, share);
    options.max_known = std::min(options.max_known, share / kBytesOfARow);
  }
  return options;
}

// Where events wait for receivers that are away: beside the store. Without one, in memory alone.
std::string spool_folder(const Config& config) {
  if (config.store.path.empty()) return {};
  return (std::filesystem::path(config.store.path).parent_path() / "spool").string();
}

// What a running sensor cannot change, as far as `from` and `to` differ.
std::string parts_for_next_start(const Config& from, const Config& to) {
  std::string names;
  const auto note = [&](const char* name, bool differs) {
    if (differs) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  note("sensor.name", from.sensor.name != to.sensor.name);
  note("sensor.workers", from.sensor.workers != to.sensor.workers);
  note("capture.interfaces", from.capture.interfaces != to.capture.interfaces);
  note("capture.bpf", from.capture.bpf != to.capture.bpf);
  note("tls.keylog", from.tls.keylog != to.tls.keylog);
  note("geoip.databases", from.geoip.databases != to.geoip.databases);
  note("privacy.samples", from.privacy.samples != to.privacy.samples);
  note("store.path", from.store.path != to.store.path);
  note("web", from.web != to.web);
  return names;
}

}  // namespace

Config run_configuration(const RunOptions& options) {
  Config config = load_policy(options.policy);
  if (!options.interfaces.empty()) config.capture.interfaces = options.interfaces;
  if (!options.filter.empty()) config.capture.bpf = options.filter;
  if (!options.store.empty()) config.store.path = options.store;
  if (options.workers > 0) config.sensor.workers = options.workers;
  if (options.reveal) config.privacy.samples = SampleMode::clear;
  set_home_networks(config, options.home);
  if (config.sensor.memory > 0) {
    config.inspect.limits = within_memory(config.inspect.limits, config.sensor.memory);
  }
  if (config.web.enabled && !config.store.path.empty()) use_web_files(config);
  return config;
}

// What the web page asks of the running sensor, from its own threads.
class RunDaemon::Host final : public DashboardHost {
 public:
  explicit Host(RunDaemon& daemon) : daemon_(daemon) {}

  void with_policy(const std::function<void(const PolicyView&)>& use) override {
    const std::shared_lock lock(daemon_.policy_mutex_);
    use(daemon_.parts_->policy());
  }
  std::vector<Interface> interfaces() override {
    std::vector<Interface> interfaces;
    for (const InterfaceStatus& status : daemon_.capture_->status()) {
      interfaces.push_back({status.name, status.up, status.packets, status.dropped});
    }
    return interfaces;
  }
  std::vector<GeoFile> geo_files() override {
    const std::shared_lock lock(daemon_.policy_mutex_);
    return geo_files_of(daemon_.parts_->geo(), daemon_.config_.geoip.max_age);
  }

 private:
  RunDaemon& daemon_;
};

RunDaemon::RunDaemon(RunOptions options)
    : options_(std::move(options)), config_(run_configuration(options_)) {
  open_capture();
  const RunFiles files = this->files();
  for (const std::string& line : give_up_root(config_, files)) say(line);
  prepare_web(files);
  control_.emplace(options_.control);
  parts_.emplace(config_, AlertTelling::at_once);
  keys_.emplace(config_, parts_->keys());
  for (const std::string& problem : parts_->geo_problems()) say(problem + "; left out");
  for (const std::string& problem : parts_->feeds().problems()) say(problem);
  warn_of_age(parts_->geo(), config_.geoip);
  open_sinks();
  open_web();
  // Everything is open. Threads start later, as the sandbox belongs to a thread and its children.
  for (const std::string& line : confine(config_, files)) say(line);
}

RunFiles RunDaemon::files() const {
  RunFiles files{options_.policy.policies, {options_.json, options_.control}};
  files.read.push_back(options_.policy.config);
  return files;
}

RunDaemon::~RunDaemon() { g_capture.store(nullptr); }

// Its helper for uploads must not hold what is opened later.
void RunDaemon::prepare_web(const RunFiles& files) {
  if (!config_.web.enabled || config_.store.path.empty()) {
    if (config_.web.configured && config_.web.enabled) {
      say("there is no web page, as it shows what is stored: name a store, with store: {path: ...}");
    }
    return;
  }
  web_ = std::make_unique<WebService>(config_,
                                      WebServiceOptions{.live = true,
                                                        .policy = options_.policy,
                                                        .home = options_.home,
                                                        .read = folders_read(config_, files)});
}

// A page that nobody asked for may fail to come up; one that the configuration speaks of may not.
void RunDaemon::open_web() {
  if (!web_) return;
  names_.emplace(config_.devices_file);
  host_ = std::make_unique<Host>(*this);
  try {
    web_->open(*host_);
    for (const std::string& note : web_->notes()) say(note);
  } catch (const WebError& error) {
    if (config_.web.configured) throw UsageError(std::string("telltale: ") + error.what());
    say(std::string(error.what()) + "; there is no web page");
    web_.reset();
  }
}

void RunDaemon::open_capture() {
  config_.capture.interfaces = interfaces_to_watch(config_);
  const CaptureConfig& capture = config_.capture;
  capture_ = std::make_unique<LiveCapture>(
      LiveOptions{.interfaces = capture.interfaces,
                  .ring = {capture.bpf, capture.snaplen, capture.buffer, capture.promiscuous},
                  .lanes = worker_count(config_),
                  .home = config_.sensor.home_networks});
  context_ = {config_.sensor.name, capture.interfaces, true};
  g_capture.store(capture_.get());
}

void RunDaemon::open_sinks() {
  if (!options_.json.empty()) json_.emplace(options_.json);
  outputs_.emplace(config_, spool_folder(config_));
  if (config_.store.path.empty()) return;
  store_.emplace(store_options(config_), wall_clock());
  if (!store_->set_aside().empty()) {
    say(fmt::format("{}: was damaged; it is now {}, and a new store was begun", config_.store.path,
                    store_->set_aside()));
  }
}

int RunDaemon::run() {
  catch_signals();
  std::string watched;
  for (const std::string& name : config_.capture.interfaces)
    watched += (watched.empty() ? "" : ", ") + name;
  outputs_->start();
  if (web_) web_->start();
  say("watching " + watched);
  if (web_) say("the web page is " + web_->url());
  service_.ready();
  service_.status("watching " + watched);
  {
    Engine engine(parts_->context(), worker_count(config_));
    engine.run(*capture_, *this, *this);
  }
  service_.stopping();
  if (web_) web_->stop();
  flush();
  outputs_->finish(kPatience);
  if (store_ && !store_->commit()) {
    say(fmt::format("{}: {} events could not be written: {}", config_.store.path,
                    grouped(store_->pending()), store_->reason()));
    return kExitDamaged;
  }
  return kExitDone;
}

void RunDaemon::on_event(Event&& event) {
  const std::string line = to_json_line(event, context_);
  if (json_) json_->write(line);
  outputs_->take(type_of(event), line);
  if (store_) store_->add(line);
  // Somebody waits for these.
  if (std::holds_alternative<AlertEvent>(event.payload)) flush();
}

void RunDaemon::add_to(StatsEvent& stats) {
  for (OutputStatus& output : outputs_->status()) stats.outputs.push_back(std::move(output));
}

void RunDaemon::flush() {
  if (json_ && json_->reason().empty() && !json_->flush()) {
    say(json_->path() + ": cannot be written: " + json_->reason());
  }
  outputs_->flush();
}

void RunDaemon::on_second(Timestamp now) {
  flush();
  for (const std::string& news : outputs_->take_news()) say(news);
  if (store_) {
    store_->tick(now);
    if (store_->state() != store_state_) {
      store_state_ = store_->state();
      say(fmt::format("{}: {} {}", config_.store.path, name_of(store_state_), store_->reason()));
    }
  }
  for (const std::string& news : capture_->take_news()) say(news);
  if (g_hang_up.exchange(false)) say(reload().text);
  control_->serve([this](const std::string& line) { return command(line); });
  if (now >= next_refresh_ || next_refresh_ - now > kRefresh) refresh_files();
  service_.alive();
}

void RunDaemon::refresh_files() {
  next_refresh_ = wall_clock() + kRefresh;
  for (const std::string& line : parts_->refresh_geo()) say(line);
  for (const std::string& line : parts_->refresh_policy()) say(line);
  if (names_ && names_->changed()) refresh_names();
}

void RunDaemon::refresh_names() {
  const std::unique_lock lock(policy_mutex_);
  try {
    use_devices_file(config_);
  } catch (const ConfigError& error) {
    say(std::string(error.what()) + "; the names from before stay");
  }
}

ControlSocket::Answer RunDaemon::command(const std::string& command) {
  if (command == "reload") return reload();
  return {false, "telltale: unknown command; known: reload"};
}

// The new configuration is tried whole beside the old one before anything changes.
ControlSocket::Answer RunDaemon::reload() {
  service_.reloading();
  ControlSocket::Answer answer;
  try {
    Config fresh = run_configuration(options_);
    if (fresh.capture.interfaces.empty()) fresh.capture.interfaces = config_.capture.interfaces;
    { const SensorParts trial(fresh, AlertTelling::at_once); }
    outputs_->change(fresh.outputs);
    const std::string later = parts_for_next_start(config_, fresh);
    fresh.inspect.limits = config_.inspect.limits;
    const std::unique_lock lock(policy_mutex_);
    config_ = std::move(fresh);
    parts_->make_policy();
    answer = {true, "configuration reloaded"};
    if (!later.empty()) answer.text += "; takes effect at the next start: " + later;
  } catch (const std::exception& error) {
    answer = {false, std::string(error.what()) + "; the configuration from before stays"};
  }
  if (json_) json_->reopen();
  outputs_->reopen();
  service_.ready();
  return answer;
}

void RunDaemon::say(const std::string& line) const {
  const char* prefix = line.starts_with("telltale: ") ? "" : "telltale: ";
  std::fprintf(stderr, "%s%s\n", prefix, printable(line, 800).c_str());
}

}  // namespace telltale
