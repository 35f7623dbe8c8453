#include "sensor/output/receiver.h"

#include <algorithm>

#include <fmt/format.h>

#include "sensor/base/hash.h"
#include "sensor/output/line_file.h"
#include "sensor/output/secret.h"

namespace telltale {
namespace {

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::seconds kLongestPause{10};
constexpr std::chrono::seconds kSync{1};

std::unique_ptr<Delivery> make_delivery(const OutputConfig& config, const std::string& sensor) {
#define DELIVERY(name) \
  if (config.type == #name) return make_##name##_delivery(config, sensor);
#include "sensor/output/deliveries.inc"
#undef DELIVERY
  throw OutputError(config.type + ": this build has no such output");
}

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

// A restarted sensor finds what waits for a receiver by it.
std::string spool_name_of(const OutputConfig& config) {
  return fmt::format(
      "{}-{:08x}", config.type,
      static_cast<uint32_t>(hash64(config.url + "\n" + config.topic + "\n" + config.format)));
}

}  // namespace

bool wants(const std::vector<std::string>& events, std::string_view type) {
  return events.empty() || std::find(events.begin(), events.end(), type) != events.end();
}

Pace::Clock::duration Pace::pause() {
  if (a_minute_ == 0) return Clock::duration::zero();
  const auto now = Clock::now();
  const std::chrono::duration<double> passed = now - last_;
  left_ = std::min<double>(a_minute_, left_ + passed.count() * a_minute_ / 60);
  last_ = now;
  if (left_ >= 1) return Clock::duration::zero();
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::duration<double>((1 - left_) * 60 / a_minute_));
}

Receiver::Receiver(const OutputConfig& config, const std::string& sensor, const std::string& folder)
    : config_(config),
      secret_(secret_of(config)),
      name_(name_of(config)),
      events_(config.events.empty() ? std::vector<std::string>{"alert"} : config.events),
      spool_name_(spool_name_of(config)),
      folder_(folder),
      pace_(config.type == "webhook" ? config.rate : 0),
      delivery_(make_delivery(config, sensor)) {}

Receiver::~Receiver() {
  end_at(Clock::now());
  join();
}

bool Receiver::is(const OutputConfig& config) const {
  return config_ == config && secret_ == secret_of(config);
}

void Receiver::open() {
  spool_ = std::make_unique<Spool>(folder_.empty() ? std::string() : folder_ + "/" + spool_name_,
                                   config_.spool);
}

void Receiver::inherit(Receiver& before) {
  spool_ = std::move(before.spool_);
  spool_->set_bound(config_.spool);
}

void Receiver::start() {
  thread_ = std::thread([this] {
    run();
    ended_.store(true);
  });
}

void Receiver::take(std::string_view type, std::string_view line) {
  if (!wants(events_, type)) return;
  spool_->append(line);
  wake_.notify_one();
}

void Receiver::end_at(Clock::time_point until) {
  {
    const std::lock_guard lock(mutex_);
    until_ = until;
  }
  wake_.notify_one();
}

void Receiver::join() {
  if (thread_.joinable()) thread_.join();
}

OutputStatus Receiver::status() const {
  const Spool::Counts counts = spool_->counts();
  const std::lock_guard lock(mutex_);
  return {{name_, sent_, counts.waiting, counts.dropped, refused_}, reason_};
}

std::string Receiver::take_news() {
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

void Receiver::run() {
  auto pause = std::chrono::duration_cast<Clock::duration>(kFirstPause);
  while (!is_over()) {
    if (Clock::now() >= next_sync_) {
      spool_->sync();
      next_sync_ = Clock::now() + kSync;
    }
    const auto line = spool_->front();
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
    spool_->pop();
    pause = kFirstPause;
    while (!is_over() && pace_.pause() > Clock::duration::zero()) wait(pace_.pause());
    pace_.count();
  }
}

void Receiver::note(Delivered delivered) {
  const std::lock_guard lock(mutex_);
  reason_ = delivered == Delivered::done ? std::string() : delivery_->reason();
  sent_ += delivered == Delivered::done ? 1 : 0;
  refused_ += delivered == Delivered::refused ? 1 : 0;
}

bool Receiver::is_ending() const {
  const std::lock_guard lock(mutex_);
  return until_ != Clock::time_point::max();
}

bool Receiver::is_over() const {
  const std::lock_guard lock(mutex_);
  return Clock::now() >= until_;
}

void Receiver::wait(Clock::duration time) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, std::min(until_, Clock::now() + time));
}

}  // namespace telltale
