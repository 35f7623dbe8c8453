// AlertBook: folds what deserves an alert into one alert for each (device, server, rule) and window, so that
// one chatty app is one alert with a number. A second book does the same for notices.
//
// The server is its host name, or its address where it has none. The first occurrence opens the
// alert, with its flow, destination and verdict; later ones raise the count, move `last` and add
// the first finding of each further type. An alert is given out when its window is over (rule's `window`,
// counted from its first occurrence), when the input ends, or when there are too many: the one opened first
// goes first. A live sensor cannot wait that long: there an alert is told at its first occurrence, and again,
// as an update with its count, when it is over and there were more.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/limits.h"
#include "sensor/base/hash.h"
#include "sensor/base/weird.h"
#include "sensor/model/event.h"

namespace telltale {

enum class AlertTelling : uint8_t { when_over, at_once };

class AlertBook {
 public:
  using Sink = std::function<void(Event&&)>;

  // What happened: a finding, or else an anomaly, or else a contact.
  struct Occurrence {
    const Finding* finding = nullptr;
    std::string_view anomaly;
  };

  AlertBook(const Limits& limits, WeirdCounts& weird, AlertTelling telling = AlertTelling::when_over);

  // `base` is the event of what happened: its ts, order, sequence, flow, device and destination are kept,
  // its payload is not looked at. REQUIRES: base.device and base.destination; verdict.is_told(). Gives to
  // `sink` what is to be told now. Payloads are AlertEvents, or NoticeEvents where the verdict says so.
  void add(const Event& base, const Occurrence& what, const Verdict& verdict, const Sink& sink);
  // Packet time has reached `now`: gives out those whose window is over.
  void tick(Timestamp now, const Sink& sink);
  // Gives out all open alerts in order of their first occurrence and forgets them.
  void close_all(const Sink& sink);
  size_t size() const { return open_.size(); }

 private:
  struct Open {
    std::string key;
    Event base;  // without a payload of its own
    AlertEvent alert;
  };
  using Alerts = std::list<Open>;  // in order of first occurrence

  void open(std::string key, const Event& base, const Occurrence& what, const Verdict& verdict,
            const Sink& sink);
  void close(Alerts::iterator alert, const Sink& sink);
  void tell_end(Open&& open, const Sink& sink) const;

  const Limits& limits_;
  WeirdCounts& weird_;
  AlertTelling telling_;
  Alerts open_;
  std::unordered_map<std::string, Alerts::iterator> by_key_;
  Timestamp next_close_ = Timestamp::max();  // no window ends before
};

}  // namespace telltale
