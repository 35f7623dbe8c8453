#include "sensor/cli/service_manager.h"

#ifdef TELLTALE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include <fmt/format.h>
#include <time.h>

namespace telltale {

ServiceManager::ServiceManager() {
#ifdef TELLTALE_SYSTEMD
  uint64_t micros = 0;
  if (sd_watchdog_enabled(0, &micros) > 0) watchdog_ = std::chrono::microseconds(micros) / 3;
#endif
}

void ServiceManager::notify([[maybe_unused]] const std::string& state) const {
#ifdef TELLTALE_SYSTEMD
  sd_notify(0, state.c_str());
#endif
}

void ServiceManager::ready() { notify("READY=1"); }

void ServiceManager::reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  notify(
      fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1'000));
}

void ServiceManager::stopping() { notify("STOPPING=1"); }

void ServiceManager::status(const std::string& line) { notify("STATUS=" + line); }

void ServiceManager::alive() {
  const auto now = std::chrono::steady_clock::now();
  if (!watchdog_ || now < next_) return;
  next_ = now + *watchdog_;
  notify("WATCHDOG=1");
}

}  // namespace telltale
