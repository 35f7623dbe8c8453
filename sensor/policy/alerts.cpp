#include "sensor/policy/alerts.h"

#include <algorithm>

namespace telltale {
namespace {

std::string key_of(const Event& base, const Verdict& verdict) {
  const Destination& destination = *base.destination;
  const std::string server =
      destination.hostname.empty() ? destination.ip.to_string() : destination.hostname;
  return base.device->id + '\n' + server + '\n' + verdict.rule;
}

// When the alert is over; a rule without a window keeps it until the input ends.
Timestamp end_of(const AlertEvent& alert) {
  const auto window = alert.verdict.window;
  if (window.count() == 0 || alert.first > Timestamp::max() - window) return Timestamp::max();
  return alert.first + window;
}

// Later occurrences count; of their findings the first of each type is kept.
void fold(AlertEvent& alert, const AlertBook::Occurrence& what, Timestamp ts) {
  ++alert.count;
  alert.first = std::min(alert.first, ts);
  alert.last = std::max(alert.last, ts);
  if (what.finding == nullptr) return;
  const auto of_type = [&](const Finding& there) { return there.type == what.finding->type; };
  if (std::none_of(alert.findings.begin(), alert.findings.end(), of_type)) {
    alert.findings.push_back(*what.finding);
  }
}

Event told(const Event& base, AlertEvent&& alert) {
  Event event = base;
  if (alert.verdict.kind == VerdictKind::notice) event.payload = NoticeEvent{std::move(alert)};
  else event.payload = std::move(alert);
  return event;
}

}  // namespace

AlertBook::AlertBook(const Limits& limits, WeirdCounts& weird, AlertTelling telling)
    : limits_(limits), weird_(weird), telling_(telling) {}

void AlertBook::add(const Event& base, const Occurrence& what, const Verdict& verdict,
                    const Sink& sink) {
  std::string key = key_of(base, verdict);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    if (base.ts < end_of(found->second->alert)) return fold(found->second->alert, what, base.ts);
    close(found->second, sink);
  }
  if (!open_.empty() && open_.size() >= limits_.max_open_alerts) {
    weird_.count(Weird::alert_closed_at_cap);
    close(open_.begin(), sink);
  }
  open(std::move(key), base, what, verdict, sink);
}

void AlertBook::open(std::string key, const Event& base, const Occurrence& what,
                     const Verdict& verdict, const Sink& sink) {
  Open made;
  made.key = key;
  made.base = {base.ts, base.order, base.sequence, base.flow, base.device, base.destination, {}};
  made.alert.verdict = verdict;
  if (what.finding != nullptr) made.alert.findings.push_back(*what.finding);
  made.alert.anomaly = what.anomaly;
  made.alert.first = made.alert.last = base.ts;
  next_close_ = std::min(next_close_, end_of(made.alert));
  if (telling_ == AlertTelling::at_once) sink(told(made.base, AlertEvent(made.alert)));
  open_.push_back(std::move(made));
  by_key_.emplace(std::move(key), std::prev(open_.end()));
}

void AlertBook::close(Alerts::iterator alert, const Sink& sink) {
  by_key_.erase(alert->key);
  tell_end(std::move(*alert), sink);
  open_.erase(alert);
}

void AlertBook::tell_end(Open&& over, const Sink& sink) const {
  over.alert.update = telling_ == AlertTelling::at_once;
  if (over.alert.update && over.alert.count == 1) return;  // told already
  sink(told(over.base, std::move(over.alert)));
}

void AlertBook::tick(Timestamp now, const Sink& sink) {
  if (now < next_close_) return;
  next_close_ = Timestamp::max();
  for (auto alert = open_.begin(); alert != open_.end();) {
    const auto next = std::next(alert);
    const Timestamp end = end_of(alert->alert);
    if (now >= end) close(alert, sink);
    else next_close_ = std::min(next_close_, end);
    alert = next;
  }
}

void AlertBook::close_all(const Sink& sink) {
  by_key_.clear();
  for (Open& over : open_) tell_end(std::move(over), sink);
  open_.clear();
}

}  // namespace telltale
