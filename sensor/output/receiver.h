// Receiver: somebody who is told events over a network, with the spool and the thread that reach
// him.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"
#include "sensor/output/delivery.h"
#include "sensor/output/spool.h"

namespace telltale {

struct OutputStatus : OutputStats {
  std::string reason;  // why the last one was not delivered; empty: it was
};

// Are events of this type asked for? None named: all are.
bool wants(const std::vector<std::string>& events, std::string_view type);

// So many a minute, in bursts of as many: what comes at once is told at once.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Pace(uint32_t a_minute) : a_minute_(a_minute), left_(a_minute) {}
  // How long the next one has to wait.
  Clock::duration pause();
  void count() { left_ -= a_minute_ == 0 ? 0 : 1; }

 private:
  double a_minute_;
  double left_;
  Clock::time_point last_ = Clock::now();
};

class Receiver {
 public:
  using Clock = std::chrono::steady_clock;

  // Throws OutputError. Reaches nobody before open().
  Receiver(const OutputConfig& config, const std::string& sensor, const std::string& folder);
  ~Receiver();
  Receiver(const Receiver&) = delete;

  // Is this what `config` asks for, with the secret that stands there now? Throws OutputError.
  bool is(const OutputConfig& config) const;
  // The same for all who are reached at the same place. No two may have one open.
  const std::string& spool_name() const { return spool_name_; }
  // Opens the spool. Throws OutputError.
  void open();
  // Takes over the spool of one that has the same name and ended.
  void inherit(Receiver& before);
  bool is_open() const { return spool_ != nullptr; }
  void start();
  bool is_started() const { return thread_.joinable(); }
  void take(std::string_view type, std::string_view line);
  // No line is begun after `until`; what is left waits in the spool.
  void end_at(Clock::time_point until);
  bool has_ended() const { return ended_.load(); }
  // REQUIRES: end_at() was called. Waits for the line that is under way.
  void join();

  OutputStatus status() const;
  // How it does, when that is another than when asked last.
  std::string take_news();

 private:
  void run();
  void note(Delivered delivered);
  bool is_ending() const;
  bool is_over() const;
  void wait(Clock::duration time);

  const OutputConfig config_;
  const std::string secret_;
  const std::string name_;
  const std::vector<std::string> events_;
  const std::string spool_name_;
  const std::string folder_;  // of spools; empty: they are kept in memory alone
  Pace pace_;
  std::unique_ptr<Delivery> delivery_;
  std::unique_ptr<Spool> spool_;
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
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace telltale
