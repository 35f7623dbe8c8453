#include "sensor/output/outputs.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "sensor/base/hash.h"
#include "sensor/output/delivery.h"
#include "sensor/output/spool.h"

namespace telltale {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::seconds kLongestPause{10};
constexpr std::chrono::seconds kSync{1};

bool wants(const std::vector<std::string>& events, std::string_view type) {
  return events.empty() || std::find(events.begin(), events.end(), type) != events.end();
}

std::unique_ptr<Delivery> make_delivery(const OutputConfig& config, const std::string& sensor) {
#define DELIVERY(name) \
  if (config.type == #name) return make_##name##_delivery(config, sensor);
#include "sensor/output/deliveries.inc"
#undef DELIVERY
  throw OutputError(config.type + ": this build has no such output");
}

// So many a minute, in bursts of as many: what comes at once is told at once.
class Pace {
 public:
  explicit Pace(uint32_t a_minute) : a_minute_(a_minute), left_(a_minute) {}
  // How long the next one has to wait.
  Clock::duration pause() {
    if (a_minute_ == 0) return Clock::duration::zero();
    const auto now = Clock::now();
    const std::chrono::duration<double> passed = now - last_;
    left_ = std::min<double>(a_minute_, left_ + passed.count() * a_minute_ / 60);
    last_ = now;
    if (left_ >= 1) return Clock::duration::zero();
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::duration<double>((1 - left_) * 60 / a_minute_));
  }
  void count() { left_ -= a_minute_ == 0 ? 0 : 1; }

 private:
  double a_minute_;
  double left_;
  Clock::time_point last_ = Clock::now();
};

// Without what a URL may hold of secrets.
std::string name_of(const OutputConfig& config) {
  const size_t scheme = config.url.find("://");
  if (scheme == std::string::npos) return config.type;
  const size_t end = config.url.find_first_of("/?", scheme + 3);
  const std::string shown = config.url.substr(0, end);
  const size_t at = shown.find('@');
  return config.type + " " +
         (at == std::string::npos ? shown : shown.substr(0, scheme + 3) + shown.substr(at + 1));
}

// The same for the same receiver, so that a restarted sensor finds what waits for it.
std::string spool_path(const OutputConfig& config, const std::string& folder) {
  if (folder.empty()) return {};
  return fmt::format(
      "{}/{}-{:08x}", folder, config.type,
      static_cast<uint32_t>(hash64(config.url + "\n" + config.topic + "\n" + config.format)));
}

}  // namespace

class Outputs::Receiver {
 public:
  Receiver(const OutputConfig& config, const std::string& sensor, const std::string& folder)
      : name_(name_of(config)),
        events_(config.events.empty() ? std::vector<std::string>{"alert"} : config.events),
        pace_(config.type == "webhook" ? config.rate : 0),
        delivery_(make_delivery(config, sensor)),
        spool_(spool_path(config, folder), config.spool) {}
  ~Receiver() { finish(Clock::now()); }
  Receiver(const Receiver&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void take(std::string_view type, std::string_view line) {
    if (!wants(events_, type)) return;
    spool_.append(line);
    wake_.notify_one();
  }
  void finish(Clock::time_point until) {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      until_ = until;
    }
    wake_.notify_one();
    thread_.join();
  }
  OutputStatus status() const {
    const Spool::Counts counts = spool_.counts();
    const std::lock_guard lock(mutex_);
    return {{name_, sent_, counts.waiting, counts.dropped, refused_}, reason_};
  }
  // How it does, when that is another than when asked last.
  std::string take_news() {
    const OutputStatus now = status();
    std::string news;
    if (now.refused > told_refused_) {
      news = fmt::format("{}: {}; {} events it would never take are given up", name_, now.reason,
                         now.refused);
    } else if (now.reason.empty() != told_reason_.empty()) {
      news = now.reason.empty() ? name_ + ": delivers again"
                                : name_ + ": " + now.reason + "; events wait";
    }
    if (now.dropped > told_dropped_)
      news += fmt::format("{}: too much waits; {} events dropped", name_, now.dropped);
    told_reason_ = now.reason;
    told_refused_ = now.refused;
    told_dropped_ = now.dropped;
    return news;
  }

 private:
  void run() {
    auto pause = std::chrono::duration_cast<Clock::duration>(kFirstPause);
    while (!is_over()) {
      if (Clock::now() >= next_sync_) {
        spool_.sync();
        next_sync_ = Clock::now() + kSync;
      }
      const auto line = spool_.front();
      if (!line) {
        if (is_ending()) return;
        wait(kSync);
        continue;
      }
      const Delivered delivered = delivery_->deliver(*line);
      note(delivered);
      if (delivered == Delivered::later) {
        wait(pause);
        pause = std::min<Clock::duration>(pause * 2, kLongestPause);
        continue;
      }
      spool_.pop();
      pause = kFirstPause;
      while (!is_over() && pace_.pause() > Clock::duration::zero()) wait(pace_.pause());
      pace_.count();
    }
  }
  void note(Delivered delivered) {
    const std::lock_guard lock(mutex_);
    reason_ = delivered == Delivered::done ? std::string() : delivery_->reason();
    sent_ += delivered == Delivered::done ? 1 : 0;
    refused_ += delivered == Delivered::refused ? 1 : 0;
  }
  bool is_ending() const {
    const std::lock_guard lock(mutex_);
    return until_ != Clock::time_point::max();
  }
  bool is_over() const {
    const std::lock_guard lock(mutex_);
    return Clock::now() >= until_;
  }
  void wait(Clock::duration time) {
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, std::min(until_, Clock::now() + time));
  }

  const std::string name_;
  const std::vector<std::string> events_;
  Pace pace_;
  std::unique_ptr<Delivery> delivery_;
  Spool spool_;
  Clock::time_point next_sync_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Clock::time_point until_ = Clock::time_point::max();
  uint64_t sent_ = 0;
  uint64_t refused_ = 0;
  std::string reason_;
  std::string told_reason_;
  uint64_t told_dropped_ = 0;
  uint64_t told_refused_ = 0;
  std::thread thread_;
};

Outputs::Outputs(const Config& config, const std::string& folder) {
  const bool needs_spool =
      std::any_of(config.outputs.begin(), config.outputs.end(),
                  [](const OutputConfig& output) { return output.type != "eve"; });
  if (needs_spool && !folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
      throw OutputError(folder + ": the folder of spools cannot be made: " + error.message());
  }
  for (const OutputConfig& output : config.outputs) {
    if (output.type == "eve") {
      files_.push_back(std::make_unique<File>(output));
    } else {
      receivers_.push_back(std::make_unique<Receiver>(output, config.sensor.name, folder));
    }
  }
}

Outputs::~Outputs() = default;

void Outputs::start() {
  for (const auto& receiver : receivers_) receiver->start();
}

void Outputs::take(std::string_view event_type, std::string_view line) {
  for (const auto& file : files_) {
    if (wants(file->events, event_type)) file->file.write(line);
  }
  for (const auto& receiver : receivers_) receiver->take(event_type, line);
}

void Outputs::flush() {
  for (const auto& file : files_) file->file.flush();
}

void Outputs::reopen() {
  for (const auto& file : files_) file->file.reopen();
}

void Outputs::finish(std::chrono::seconds patience) {
  flush();
  const auto until = Clock::now() + patience;
  for (const auto& receiver : receivers_) receiver->finish(until);
}

std::vector<OutputStatus> Outputs::status() const {
  std::vector<OutputStatus> all;
  for (const auto& file : files_) {
    all.push_back({{"eve " + file->file.path(), file->file.written(), 0, file->file.dropped(), 0},
                   file->file.reason()});
  }
  for (const auto& receiver : receivers_) all.push_back(receiver->status());
  return all;
}

std::vector<std::string> Outputs::take_news() {
  std::vector<std::string> news;
  for (const auto& file : files_) {
    const bool is_well = file->file.reason().empty();
    if (is_well != file->was_well) {
      news.push_back(file->file.path() + (is_well ? ": is written again"
                                                  : ": cannot be written: " + file->file.reason()));
    }
    file->was_well = is_well;
  }
  for (const auto& receiver : receivers_) {
    std::string line = receiver->take_news();
    if (!line.empty()) news.push_back(std::move(line));
  }
  return news;
}

}  // namespace telltale
