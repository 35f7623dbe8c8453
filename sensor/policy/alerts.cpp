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

// Later occurrences count; of their findings the first of each type is kept.
void fold(AlertEvent& alert, const Finding& finding, Timestamp ts) {
  ++alert.count;
  alert.first = std::min(alert.first, ts);
  alert.last = std::max(alert.last, ts);
  const auto of_type = [&](const Finding& there) { return there.type == finding.type; };
  if (std::none_of(alert.findings.begin(), alert.findings.end(), of_type)) {
    alert.findings.push_back(finding);
  }
}

}  // namespace

AlertBook::AlertBook(const Limits& limits, WeirdCounts& weird) : limits_(limits), weird_(weird) {}

std::optional<Event> AlertBook::add(const Event& base, const Finding& finding,
                                    const Verdict& verdict) {
  std::string key = key_of(base, verdict);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    fold(std::get<AlertEvent>(found->second->event.payload), finding, base.ts);
    return std::nullopt;
  }
  std::optional<Event> closed;
  if (!open_.empty() && open_.size() >= limits_.max_open_alerts) {
    weird_.count(Weird::alert_closed_at_cap);
    closed = std::move(open_.front().event);
    by_key_.erase(open_.front().key);
    open_.pop_front();
  }
  AlertEvent alert;
  alert.verdict = verdict;
  alert.findings.push_back(finding);
  alert.first = alert.last = base.ts;
  Event event{base.ts,     base.order,       base.sequence,   base.flow,
              base.device, base.destination, std::move(alert)};
  open_.push_back({key, std::move(event)});
  by_key_.emplace(std::move(key), std::prev(open_.end()));
  return closed;
}

void AlertBook::close_all(const std::function<void(Event&&)>& sink) {
  by_key_.clear();
  for (Open& open : open_) sink(std::move(open.event));
  open_.clear();
}

}  // namespace telltale
