// AlertBook: folds what deserves an alert into one alert for each (device, server, rule).
//
// The server is its host name, or its address where it has none. The first occurrence opens the
// alert, with its flow, destination and verdict; later ones raise the count, move `last` and add
// the first finding of each further type. Alerts are given out when the input ends, or when there
// are too many: the one opened first goes first.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "config/limits.h"
#include "sensor/base/hash.h"
#include "sensor/base/weird.h"
#include "sensor/model/event.h"

namespace telltale {

class AlertBook {
 public:
  AlertBook(const Limits& limits, WeirdCounts& weird);

  // `base` is the finding's event: its ts, order, sequence, flow, device and destination are kept,
  // its payload is not looked at. REQUIRES: base.device and base.destination. Returns the alert
  // that had to make room, if any; its payload is an AlertEvent.
  [[nodiscard]] std::optional<Event> add(const Event& base, const Finding& finding,
                                         const Verdict& verdict);
  // Gives out all open alerts in order of their first occurrence and forgets them.
  void close_all(const std::function<void(Event&&)>& sink);
  size_t size() const { return open_.size(); }

 private:
  struct Open {
    std::string key;
    Event event;
  };
  using Alerts = std::list<Open>;  // in order of first occurrence

  const Limits& limits_;
  WeirdCounts& weird_;
  Alerts open_;
  std::unordered_map<std::string, Alerts::iterator> by_key_;
};

}  // namespace telltale
