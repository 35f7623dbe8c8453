// What systemd is told (sd_notify(3)); nothing happens where nobody asks, or in a build without
// libsystemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace telltale {

class ServiceManager {
 public:
  ServiceManager();

  void ready();
  void reloading();
  void stopping();
  void status(const std::string& line);
  // To be called once a second while all is well; passes it on as often as the watchdog wants.
  void alive();

 private:
  void notify(const std::string& state) const;

  std::optional<std::chrono::steady_clock::duration> watchdog_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace telltale
